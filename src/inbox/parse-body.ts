import { type Answer, refusal } from './answer.ts'
import { isTooDeep, MAX_DEPTH } from './json.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Parses a body, or says what is wrong with it. */
export const parseBody = (bytes: Uint8Array): { value: unknown } | { refused: Answer } => {
  if (bytes.byteLength === 0) return { refused: refusal(400, 'The body is empty: expected a JSON object') }
  let value: unknown
  try {
    value = JSON.parse(decoder.decode(bytes))
  } catch {
    return { refused: refusal(400, 'The body is not valid JSON in UTF-8') }
  }
  if (isTooDeep(value)) return { refused: refusal(400, `The body is nested deeper than ${MAX_DEPTH} levels`) }
  return { value }
}
