import type { Config } from '../config.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Logger } from '../log.ts'
import { PrestashopError } from '../prestashop/errors.ts'
import type { Reference } from '../prestashop/reference.ts'

/** What a verdict has to know of the shop. */
export interface ShopFacts {
  /** IANA name of the zone that the shop's clock shows. */
  zone(): string
  /** The id of the shop's only language; `undefined` = it has several, or nobody knows. */
  language(): string | undefined
  stop(): void
}

export interface ShopFactsOptions {
  readonly ledger: Ledger
  readonly reference: Pick<Reference, 'timeZone' | 'languages'>
  readonly log: Logger
  readonly config: Pick<Config, 'SHOP_TIMEZONE'>
}

/** How often the shop is asked. */
const EVERY_MS = 600_000

/**
 * The shop is asked in the background, as a verdict never waits for it, and only once something is needed: a bridge that
 * nobody tells anything leaves it alone. The ledger keeps the answers: the first event after a start comes before them.
 */
export const createShopFacts = ({ ledger, reference, log, config }: ShopFactsOptions): ShopFacts => {
  const createFact = (setting: string, fallback: string, ask: () => Promise<string>) => {
    let value = ledger.settings.get(setting) ?? fallback
    let timer: NodeJS.Timeout | undefined
    const learn = async (): Promise<void> => {
      try {
        const told = await ask()
        if (told !== value) ledger.settings.set(setting, told)
        value = told
      } catch (error) {
        // The shop is away: what is known counts.
        if (!(error instanceof PrestashopError)) log.error({ error: String(error) }, `the ${setting.replaceAll('_', ' ')} could not be learnt`)
      }
    }
    return {
      read: (): string => {
        if (timer === undefined) {
          timer = setInterval(() => void learn(), EVERY_MS).unref()
          void learn()
        }
        return value
      },
      stop: (): void => clearInterval(timer)
    }
  }

  const zone = createFact('shop_time_zone', config.SHOP_TIMEZONE ?? 'UTC', () => reference.timeZone(config.SHOP_TIMEZONE))
  const language = createFact('shop_language', '', async () => {
    const [first, ...others] = await reference.languages()
    return first && others.length === 0 ? String(first.id) : ''
  })
  return {
    zone: zone.read,
    language: () => language.read() || undefined,
    stop: () => {
      zone.stop()
      language.stop()
    }
  }
}
