import { BlockList, isIP } from 'node:net'
import type { Config } from '../config.ts'
import { type Finding, ok, warning } from './finding.ts'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

const isLoopback = (host: string): boolean => {
  const name = host.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(name)
  return family === 0 ? name === 'localhost' : loopback.check(name, family === 6 ? 'ipv6' : 'ipv4')
}

/** Who can reach the server, and who can listen in on the way to the shop. */
export const checkListening = ({ HOST: host, PORT: port, ADMIN_TOKEN: token, PRESTASHOP_URL: url }: Config): Finding[] => {
  const findings: Finding[] = []
  if (isLoopback(host)) {
    findings.push(ok('listening', `on ${host}, port ${port}: only this machine reaches it; Odoo elsewhere needs a reverse proxy here`))
  } else {
    const advice = 'Let only a reverse proxy with TLS reach it'
    findings.push(warning('listening', `on ${host}, port ${port}, without encryption: other machines reach it and could read the secret on its way`, advice))
    if (token === undefined) {
      findings.push(warning('listening', 'HOST is open to other machines, and ADMIN_TOKEN is not set', 'Set ADMIN_TOKEN: without it /api trusts every request that seems to come from this machine'))
    }
  }
  const { protocol, hostname } = new URL(url)
  if (protocol === 'http:' && !isLoopback(hostname)) {
    findings.push(warning('encryption', 'PRESTASHOP_URL begins with http: the key and the customers travel without encryption', 'Use https'))
  }
  return findings
}
