import { EventEmitter } from 'node:events'
import type { Config } from '../config.ts'
import { LedgerUnavailableError } from '../ledger/errors.ts'
import type { Ledger } from '../ledger/ledger.ts'

/** Where the ledger keeps what the operator chose: `true` or `false`. */
export const SWITCH_SETTING = 'reverse_sync_enabled'

/** How soon a change made by another process (the command line) is seen. */
const LOOK_AGAIN_MS = 1_000

/** Whether webhooks are taken from Odoo and written to the shop. */
export interface Switch {
  isOn(): boolean
  /** On disk when it returns; the listeners have been called. */
  set(on: boolean): void
  /** @returns a function that ends it */
  onChange(listener: (on: boolean) => void): () => void
  close(): void
}

/**
 * The switch of the reverse sync: `REVERSE_SYNC_ENABLED` until the operator has chosen, from then on what they chose
 * last, here or by another process on the same ledger.
 */
export const createSwitch = (
  { settings }: Pick<Ledger, 'settings'>,
  { REVERSE_SYNC_ENABLED: atFirst }: Pick<Config, 'REVERSE_SYNC_ENABLED'>
): Switch => {
  const events = new EventEmitter<{ change: [on: boolean] }>()
  const read = (): boolean => (settings.get(SWITCH_SETTING) ?? String(atFirst)) === 'true'
  let on = read()

  const turn = (to: boolean): void => {
    if (to === on) return
    on = to
    events.emit('change', on)
  }
  const timer = setInterval(() => {
    try {
      turn(read())
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError)) throw error
    }
  }, LOOK_AGAIN_MS).unref()

  return {
    isOn: () => on,
    set(to) {
      settings.set(SWITCH_SETTING, String(to))
      turn(to)
    },
    onChange(listener) {
      events.on('change', listener)
      return () => {
        events.off('change', listener)
      }
    },
    close: () => clearInterval(timer)
  }
}
