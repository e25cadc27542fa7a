import { isIP } from 'node:net'
import type { Config } from '../config.ts'
import { canonicalAddress, isLoopback } from './address.ts'

/** Whether a host of a URL, or one to listen on, is this machine alone. */
export const isLoopbackHost = (host: string): boolean => {
  const name = host.replace(/^\[(.*)\]$/, '$1')
  return isIP(name) === 0 ? name === 'localhost' : isLoopback(canonicalAddress(name))
}

const isOutside = (network: string): boolean => !isLoopback(canonicalAddress(network.split('/')[0]))

/** What of the configuration says that others than this machine send requests, in words; `undefined` when nothing does. */
export const exposureOf = ({ HOST: host, TRUST_PROXY: trusted, ALLOWED_IPS: allowed }: Pick<Config, 'HOST' | 'TRUST_PROXY' | 'ALLOWED_IPS'>): string | undefined => {
  if (!isLoopbackHost(host)) return `HOST is ${host}`
  if (trusted !== false) return 'TRUST_PROXY is set'
  return allowed?.some(isOutside) === true ? 'ALLOWED_IPS names other machines' : undefined
}
