import type { Logger } from '../log.ts'
import { describeFailure, type Failure } from './retry.ts'

const FIRST_PROBE = 1_000
const LONGEST_PAUSE = 30_000

export interface BreakerState {
  readonly open: boolean
  /** When it opened, milliseconds since 1970. */
  readonly since?: number
  readonly reason?: Failure
}

/**
 * Keeps calls away from a shop that is away, and finds out when it is back, however long that takes.
 * @param probe a call that succeeds when the shop can be worked with
 * @param onClose called when work may go on
 */
export const createBreaker = (probe: () => Promise<void>, onClose: () => void, log: Logger) => {
  let state: BreakerState = { open: false }
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const schedule = (pause: number): void => {
    if (stopped) return
    timer = setTimeout(() => {
      probe().then(
        () => {
          state = { open: false }
          log.info('the shop answers again: work goes on')
          onClose()
        },
        (error: unknown) => {
          state = { ...state, reason: describeFailure(error) }
          schedule(Math.min(pause * 2, LONGEST_PAUSE))
        }
      )
    }, pause)
  }

  return {
    state: (): BreakerState => state,
    /** Opens, unless it is open already. */
    trip(reason: Failure): void {
      if (state.open) return
      state = { open: true, since: Date.now(), reason }
      log.warn({ kind: reason.kind, reason: reason.message }, 'the shop cannot be worked with: webhooks are kept, probing goes on')
      schedule(FIRST_PROBE)
    },
    stop(): void {
      stopped = true
      clearTimeout(timer)
    }
  }
}

export type Breaker = ReturnType<typeof createBreaker>
