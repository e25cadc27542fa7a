import { PrestashopError } from '../prestashop/errors.ts'
import { lookAround } from '../prestashop/home-page.ts'
import { askIntroduction, type Introduction } from '../prestashop/introduction.ts'
import type { ClientOptions } from '../prestashop/wire.ts'
import { type Finding, ok, problem } from './finding.ts'

const WEBSERVICE_OFF = 22
/** With these, and no code of the Webservice, somebody else answers. */
const STRANGERS = new Set([200, 403, 404, 405, 503])
const BACK_OFFICE = 'in the back office of the shop: Advanced Parameters > Webservice'

/** Somebody else than the Webservice has answered. */
const describeStranger = async ({ what, advice = '' }: PrestashopError, options: ClientOptions): Promise<Finding> => {
  const { isPrestashop, isInMaintenance } = await lookAround(options)
  if (isInMaintenance) {
    return problem('shop', 'a maintenance page answers in place of the Webservice', 'Let /api through, or wait: webhooks are kept meanwhile')
  }
  if (isPrestashop) {
    return problem(
      'shop',
      `there is a PrestaShop, but its /api does not answer (${what})`,
      'The web server must hand /api to webservice/dispatcher.php: Apache by the .htaccess of the shop, nginx by: ' +
        'rewrite ^/api/?(.*)$ /webservice/dispatcher.php?url=$1 last; a firewall may be in the way, too'
    )
  }
  return problem('shop', `no PrestaShop answers at ${options.url} (${what})`, advice || 'Check PRESTASHOP_URL: the home page of the shop, with its folder')
}

const describeFailure = async (error: PrestashopError, options: ClientOptions): Promise<Finding> => {
  const { status, codes, redirectsTo, what, advice = 'Check PRESTASHOP_URL, and whether the shop is up' } = error
  if (redirectsTo !== undefined) return problem('shop', `PRESTASHOP_URL redirects to ${redirectsTo}`, `Set PRESTASHOP_URL=${redirectsTo}`)
  if (codes.includes(WEBSERVICE_OFF)) return problem('webservice', 'the Webservice of the shop is off', `Switch it on ${BACK_OFFICE}`)
  if (status === 401 && codes.length > 0) {
    return problem('key', `the shop refuses the key (code ${codes.join(', ')})`, `Copy an enabled key into PRESTASHOP_KEY; they are ${BACK_OFFICE}`)
  }
  if (status === 401) {
    return problem(
      'key',
      'the key does not reach the Webservice',
      'Have the web server hand the Authorization header to PHP (Apache with FastCGI: CGIPassAuth On), or let /api past the password prompt'
    )
  }
  const isStranger = codes.length === 0 && status !== undefined && STRANGERS.has(status)
  return isStranger ? describeStranger(error, options) : problem('shop', what, advice)
}

/**
 * Whether the shop's Webservice answers, and knows the key.
 * @returns what the shop tells of itself, when it does
 */
export const checkShop = async (options: ClientOptions): Promise<{ findings: Finding[]; introduction?: Introduction }> => {
  try {
    const introduction = await askIntroduction(options)
    const { version, ms } = introduction
    const name = version === undefined ? 'PrestaShop' : `PrestaShop ${version}`
    return { findings: [ok('shop', `${name} answers at ${options.url} in ${Math.round(ms)} ms and knows the key`)], introduction }
  } catch (error) {
    if (error instanceof PrestashopError) return { findings: [await describeFailure(error, options)] }
    throw error
  }
}
