import { isIP } from 'node:net'

/**
 * What is wrong with an entry of a list of addresses, in words; `undefined` when it is an IP address or a CIDR network.
 * Nothing ambiguous is taken: other programs read a leading zero as octal, and a /0 is everybody under another name.
 */
export const networkProblem = (entry: string): string | undefined => {
  if (entry === '') return 'an entry is empty'
  const [address = '', prefix, ...rest] = entry.split('/')
  const family = isIP(address)
  const named = JSON.stringify(entry)
  if (/^(?:\d+\.){3}\d+$/.test(address) && /(?:^|\.)0\d/.test(address)) return `${named} has a number that begins with 0`
  if (family === 0 || address.includes('%')) return `${named} is no IP address`
  if (rest.length > 0 || prefix === '') return `${named} is no network`
  if (prefix === undefined) return undefined
  const most = family === 4 ? 32 : 128
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > most) return `the part after / of ${named} must be from 1 to ${most}`
  return prefix === '0' ? `${named} is every address there is` : undefined
}
