import type { Introduction } from '../prestashop/introduction.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

/** A shop tells whole seconds. */
const GRAIN_MS = 1_000
const TOLERATED_MS = 3_000
const TOO_MUCH_MS = 60_000

/** Whether the shop's clock and this machine's agree: the later of two changes counts. */
export const checkClock = ({ time, askedAt, ms }: Introduction): Finding[] => {
  if (!time) return []
  const difference = time.getTime() + GRAIN_MS / 2 - (askedAt.getTime() + ms / 2)
  const uncertainty = GRAIN_MS / 2 + ms / 2
  if (Math.abs(difference) <= TOLERATED_MS + uncertainty) return [ok('clock', "the shop's agrees with this machine's")]
  const seconds = Math.round(Math.abs(difference) / 1_000).toLocaleString('en')
  const message = `the shop's clock is ${seconds} s ${difference > 0 ? 'ahead of' : 'behind'} this machine's`
  const advice = 'Have both machines set their clocks by NTP: which of two changes is later decides what is written'
  return [Math.abs(difference) > TOO_MUCH_MS ? problem('clock', message, advice) : warning('clock', message, advice)]
}
