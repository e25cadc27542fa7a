import { clientOf } from './address.ts'
import { createCounter } from './counter.ts'

export interface Failures {
  /** How many seconds this address has to wait before it is listened to again; 0 = it need not. */
  blockedSeconds(address: string | undefined): Promise<number>
  /** Counts a failed authentication of this address. */
  count(address: string | undefined): Promise<void>
}

/** Failed authentications by client address: after `most` of them in a minute the address is blocked until it is over. */
export const createFailures = (most = 10): Failures => {
  const counter = createCounter()

  return {
    blockedSeconds: async (address) => {
      const { times, seconds } = await counter.read(clientOf(address))
      return times >= most ? seconds : 0
    },
    count: async (address) => {
      await counter.count(clientOf(address))
    }
  }
}
