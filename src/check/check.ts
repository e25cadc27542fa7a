import type { Config } from '../config.ts'
import { createClient } from '../prestashop/client.ts'
import { PrestashopError } from '../prestashop/errors.ts'
import { createReference } from '../prestashop/reference.ts'
import { checkClock } from './clock.ts'
import { checkConfiguration } from './configuration.ts'
import { type Finding, problem } from './finding.ts'
import { checkLanguages } from './languages.ts'
import { checkLedger } from './ledger.ts'
import { checkListening } from './listening.ts'
import { checkOdoo } from './odoo.ts'
import { checkPatch } from './patch.ts'
import { checkRights } from './rights.ts'
import { checkSecrets } from './secrets.ts'
import { checkShop } from './shop.ts'
import { checkTimeZone } from './time-zone.ts'
import { checkUrl } from './url.ts'

/** The addresses to send to. */
const URLS = ['ODOO_WEBHOOK_URL', 'DEBUG_WEBHOOK_URL'] as const

/** How long somebody who waits at a terminal is kept waiting for one answer. */
const PATIENCE_MS = 15_000

/** A right that is missing is told by `checkRights`. */
const unlessRefused = async (about: string, probe: () => Promise<Finding[]>): Promise<Finding[]> => {
  try {
    return await probe()
  } catch (error) {
    if (!(error instanceof PrestashopError)) throw error
    return error.blocked ? [] : [problem(about, error.what, error.advice ?? 'Try again')]
  }
}

const checkShopAndKey = async (config: Config, timeoutMs: number): Promise<Finding[]> => {
  const options = { url: config.PRESTASHOP_URL, key: config.PRESTASHOP_KEY, timeoutMs }
  const { findings, introduction } = await checkShop(options)
  if (!introduction) return findings
  const reference = createReference(createClient(options))
  return [
    ...findings,
    ...checkPatch(introduction),
    ...checkRights(introduction, config),
    ...checkClock(introduction),
    ...(await unlessRefused('time zone', () => checkTimeZone(reference, config.SHOP_TIMEZONE))),
    ...(await unlessRefused('languages', () => checkLanguages(reference)))
  ]
}

/**
 * Looks at everything that has to be right for the bridge to work; changes nothing, here or in the shop.
 * @param unknownNames the names in `.env` that no variable has
 */
export const check = async (config: Config, unknownNames: readonly string[]): Promise<Finding[]> => {
  const timeoutMs = Math.min(config.PRESTASHOP_TIMEOUT_MS, PATIENCE_MS)
  const urls = URLS.flatMap((name) => (config[name] === undefined ? [] : [{ name, url: config[name] }]))
  const [shop, odoo, ...answers] = await Promise.all([
    checkShopAndKey(config, timeoutMs),
    checkOdoo(config),
    ...urls.map(({ name, url }) => checkUrl(name, url, timeoutMs))
  ])
  return [
    ...checkConfiguration(unknownNames),
    ...checkSecrets(config),
    ...checkListening(config),
    ...checkLedger(config.LEDGER_PATH),
    ...shop,
    ...odoo,
    ...answers
  ]
}
