import type { Config } from '../config.ts'
import { type Finding, ok, warning } from './finding.ts'

/** Fewer bits can be tried out. */
const LEAST_BITS = 72
const MAKE_ONE = 'Make one with: openssl rand -hex 32'

/** At most so many bits: as if every character had been drawn from those that are used. */
const bitsOf = (secret: string): number => secret.length * Math.log2(new Set(secret).size)

/** Whether somebody could guess the secrets, or one of them gives another away. */
export const checkSecrets = ({ WEBHOOK_SECRET: secrets, ADMIN_TOKEN: token, PRESTASHOP_KEY: key }: Config): Finding[] => {
  const findings: Finding[] = []
  if (secrets.some((secret) => bitsOf(secret) < LEAST_BITS)) {
    findings.push(warning('secrets', 'WEBHOOK_SECRET is short or monotonous enough to be guessed', MAKE_ONE))
  }
  if (token !== undefined && bitsOf(token) < LEAST_BITS) {
    findings.push(warning('secrets', 'ADMIN_TOKEN is short or monotonous enough to be guessed', MAKE_ONE))
  }
  if (secrets.some((secret) => secret === token || secret === key) || (token !== undefined && token === key)) {
    findings.push(warning('secrets', 'two of WEBHOOK_SECRET, ADMIN_TOKEN and PRESTASHOP_KEY are the same', 'Give each a value of its own: Odoo knows one of them'))
  }
  if (findings.length > 0) return findings
  const rotation = secrets.length > 1 ? `; ${secrets.length} values of WEBHOOK_SECRET count, until the old one is taken out` : ''
  return [ok('secrets', `long enough and all different${rotation}`)]
}
