/** How deep a payload may be nested. */
export const MAX_DEPTH = 32

/** Whether a parsed JSON value is nested deeper than `MAX_DEPTH`; looks no deeper than that. */
export const isTooDeep = (value: unknown, depth = 0): boolean => {
  if (typeof value !== 'object' || value === null) return false
  if (depth >= MAX_DEPTH) return true
  return Object.values(value).some((child) => isTooDeep(child, depth + 1))
}

/** A JSON text that is the same for equal values, whatever the order of their keys. */
export const canonicalJson = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonicalJson(child)}`).join(',')}}`
}
