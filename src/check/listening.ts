import type { Config } from '../config.ts'
import { exposureOf, isLoopbackHost } from '../guard/exposure.ts'
import { type Finding, ok, warning } from './finding.ts'

/** Who may operate the bridge where ADMIN_TOKEN does not say so. */
const checkOperator = (config: Config): Finding[] => {
  if (config.ADMIN_TOKEN !== undefined) return []
  const exposure = exposureOf(config)
  return [
    exposure === undefined
      ? ok('operator', 'ADMIN_TOKEN is not set: dashboard and /api answer whatever seems to come from this machine, so set it before a reverse proxy is put in front')
      : warning('operator', `${exposure}, and ADMIN_TOKEN is not set`, 'Set ADMIN_TOKEN: without it dashboard and /api answer whatever seems to come from this machine, strangers behind a proxy included')
  ]
}

/** Who can reach the server, and who can listen in on the way to the shop. */
export const checkListening = (config: Config): Finding[] => {
  const { HOST: host, PORT: port, PRESTASHOP_URL: url } = config
  const findings: Finding[] = []
  if (isLoopbackHost(host)) {
    findings.push(ok('listening', `on ${host}, port ${port}: only this machine reaches it; Odoo elsewhere needs a reverse proxy here`))
  } else {
    const advice = 'Let only a reverse proxy with TLS reach it'
    findings.push(warning('listening', `on ${host}, port ${port}, without encryption: other machines reach it and could read the secret on its way`, advice))
  }
  findings.push(...checkOperator(config))
  const { protocol, hostname } = new URL(url)
  if (protocol === 'http:' && !isLoopbackHost(hostname)) {
    findings.push(warning('encryption', 'PRESTASHOP_URL begins with http: the key and the customers travel without encryption', 'Use https'))
  }
  return findings
}
