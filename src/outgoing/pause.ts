import type { Logger } from '../log.ts'
import type { Trouble } from './answer.ts'
import { pauseFor } from './schedule.ts'

/** Whether events can be delivered. */
export interface DeliveryState {
  /** Nothing is delivered now: events are kept, and Odoo is tried again by itself. */
  readonly open: boolean
  /** When it began, milliseconds since 1970. */
  readonly since?: number
  readonly kind?: Trouble['kind']
  readonly reason?: string
}

/** Keeps requests away from an Odoo that takes none; the next try after a pause tells whether it does again. */
export const createPause = (log: Logger) => {
  let state: DeliveryState = { open: false }
  let tries = 0
  let until = 0

  const pausedMs = (): number => Date.now() - (state.since ?? 0)

  const reset = (): void => {
    state = { open: false }
    tries = 0
  }

  return {
    state: (): DeliveryState => state,
    /** Milliseconds until the next try; 0 = at once. */
    left: (): number => (state.open ? Math.max(until - Date.now(), 0) : 0),
    /** Odoo took nothing. */
    begin({ kind, message, retryAfterMs }: Trouble): void {
      tries += 1
      until = Date.now() + pauseFor(tries, retryAfterMs)
      // Told when it begins and when its kind changes, not at every try.
      if (state.kind !== kind) log[kind === 'misconfigured' ? 'error' : 'warn']({ kind, reason: message }, 'events cannot be delivered: they are kept')
      state = { open: true, since: state.since ?? Date.now(), kind, reason: message }
    },
    /** Odoo answered. */
    end(): void {
      if (!state.open) return
      log.info({ paused_ms: pausedMs() }, 'Odoo takes events again')
      reset()
    },
    /** Nothing is left to send now: the next event will show whether Odoo takes it. */
    forget(): void {
      if (!state.open) return
      log.info({ paused_ms: pausedMs() }, 'nothing is due for Odoo: the next event will show whether it takes it')
      reset()
    }
  }
}

export type Pause = ReturnType<typeof createPause>
