/** What stands for a secret. */
export const MASK = '[masked]'

/** Names of keys in lower case, without what parts their words: `api_key`, `apiKey` and `API-Key` are one. */
const SECRET = /passw|passphrase|passcode|pwd|secret|token|apikey|accesskey|securekey|privatekey|wskey|authorization|credential|cookie|cardnumber|^cv[vc]$/

/**
 * For `JSON.stringify`: leaves out what is under a key that names a secret, at any depth, whatever it is. Empty values
 * stay: that there is none is no secret, and often what one looks for.
 */
export const maskSecrets = (key: string, value: unknown): unknown => {
  const isEmpty = value === undefined || value === null || value === ''
  return !isEmpty && SECRET.test(key.toLowerCase().replaceAll(/[^a-z]/g, '')) ? MASK : value
}
