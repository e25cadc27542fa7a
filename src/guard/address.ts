import { BlockList, isIP } from 'node:net'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import {
  convertIPv4BinaryToString,
  convertIPv4MappedIPv6ToIPv4,
  convertIPv6BinaryToString,
  convertIPv6ToBinary,
  isIPv4MappedIPv6
} from 'hono/utils/ipaddr'
import type { Config } from '../config.ts'

/** The client's IP address in its one spelling; `undefined` when a trusted proxy names none. */
export type ClientAddress = (context: Context) => string | undefined

/** This machine, private networks and link-local addresses: where reverse proxies usually are. */
const NEARBY = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '::1', 'fc00::/7', 'fe80::/10']

/** The one spelling of an IP address: IPv4 also where it is mapped into IPv6, without a zone. */
export const canonicalAddress = (text: string | undefined): string | undefined => {
  const [address = ''] = (text ?? '').split('%')
  const family = isIP(address)
  if (family !== 6) return family === 4 ? address : undefined
  const binary = convertIPv6ToBinary(address)
  return isIPv4MappedIPv6(binary)
    ? convertIPv4BinaryToString(convertIPv4MappedIPv6ToIPv4(binary))
    : convertIPv6BinaryToString(binary)
}

/** Some proxies write the port, too: `203.0.113.7:4711`, `[2001:db8::7]:4711`. */
const withoutPort = (text: string): string => /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6')

/** Whether an address, in its one spelling, is this machine's own. */
export const isLoopback = (address: string | undefined): boolean => address === '::1' || /^127(?:\.\d+){3}$/.test(address ?? '')

const networkCheck = (networks: readonly string[]): ((address: string) => boolean) => {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    if (prefix === undefined) list.addAddress(address, family(address))
    else list.addSubnet(address, Number(prefix), family(address))
  }
  return (address) => list.check(address, family(address))
}

/** @returns whether the address that many hops from here is one of our proxies */
const proxyCheck = (trusted: Config['TRUST_PROXY']): ((address: string, hops: number) => boolean) => {
  if (typeof trusted === 'boolean') return trusted ? networkCheck(NEARBY) : () => false
  return typeof trusted === 'number' ? (_address, hops) => hops < trusted : networkCheck(trusted)
}

/**
 * Tells the client's address: the connection's own, or, where that is a trusted proxy, the rightmost untrusted one of
 * `X-Forwarded-For`. Whatever the client wrote into that header itself stands further left.
 */
export const createClientAddress = (trusted: Config['TRUST_PROXY']): ClientAddress => {
  const isProxy = proxyCheck(trusted)

  return (context) => {
    let address = canonicalAddress(getConnInfo(context).remote.address)
    if (trusted === false) return address
    const forwarded = context.req.header('x-forwarded-for')?.split(',') ?? []
    for (let hops = 0; address !== undefined && isProxy(address, hops) && forwarded.length > 0; hops += 1) {
      address = canonicalAddress(withoutPort(forwarded.pop()!.trim()))
    }
    return address
  }
}

/** Tells whether connections from an address may be those of many clients: it is a trusted proxy, or this machine. */
export const sharedAddressCheck = (trusted: Config['TRUST_PROXY']): ((address: string) => boolean) => {
  const isProxy = proxyCheck(trusted)
  return (address) => isLoopback(address) || isProxy(address, 0)
}

/** Whom an address counts for: a client has a whole /64 of IPv6 to itself. */
export const clientOf = (address: string | undefined): string => {
  if (address === undefined) return 'unknown'
  return address.includes(':') ? `${(convertIPv6ToBinary(address) >> 64n).toString(16)}/64` : address
}
