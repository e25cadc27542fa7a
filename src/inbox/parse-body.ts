import { parseJson } from '../http/parse-json.ts'
import { type Answer, refusal } from './answer.ts'

/** Parses a body, or says what is wrong with it. */
export const parseBody = (bytes: Uint8Array): { value: unknown } | { refused: Answer } => {
  const parsed = parseJson(bytes)
  return 'value' in parsed ? parsed : { refused: refusal(400, parsed.problem) }
}
