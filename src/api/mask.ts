/** Keys whose values nobody is shown, such as `passwd`, `webhook_secret` or `access_token`. */
const SECRET = /pass(?:wd|word|phrase)|pwd|secret|token|authorization|credential|(?:api|access|private|secure|webservice)_?key|cookie/i

const MASK = '***'

/** A JSON value as it may be shown: the values under keys that name a secret are masked, at any depth. */
export const masked = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, SECRET.test(key) && child !== null ? MASK : masked(child)])
  )
}
