import { pino } from 'pino'
import * as v from 'valibot'
import type { Logger } from '../../src/log.ts'

const lineSchema = v.record(v.string(), v.unknown())
export type Line = v.InferOutput<typeof lineSchema>

/** Every line from `trace` on, without the redaction: nothing may rely on it. */
export const memoryLog = (): { log: Logger; lines: Line[]; text: () => string } => {
  const lines: Line[] = []
  const write = (line: string): void => {
    lines.push(v.parse(lineSchema, JSON.parse(line)))
  }
  return { log: pino({ level: 'trace' }, { write }), lines, text: () => JSON.stringify(lines) }
}
