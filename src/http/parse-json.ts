import { isTooDeep, MAX_DEPTH } from './json.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Parses the body of a request, or says what is wrong with it. */
export const parseJson = (bytes: Uint8Array): { readonly value: unknown } | { readonly problem: string } => {
  if (bytes.byteLength === 0) return { problem: 'The body is empty: expected a JSON object' }
  let value: unknown
  try {
    value = JSON.parse(decoder.decode(bytes))
  } catch {
    return { problem: 'The body is not valid JSON in UTF-8' }
  }
  return isTooDeep(value) ? { problem: `The body is nested deeper than ${MAX_DEPTH} levels` } : { value }
}
