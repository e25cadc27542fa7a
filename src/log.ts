import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino'
import { prettyFactory } from 'pino-pretty'

export type Logger = PinoLogger

export interface LogOptions {
  readonly level: string
  /** Without one: `pretty` on a terminal, `json` elsewhere. */
  readonly format: 'json' | 'pretty' | undefined
}

/** Never in a log line, wherever an object that holds them comes from. */
const SECRET = ['authorization', 'x-webhook-secret', 'cookie', 'secret', 'key', 'password', 'passwd', 'token', 'payload', 'source_payload', 'data', 'email']

/** Bytes of lines that wait for whoever takes them, a slow pipe or a full disk for one; what is more is lost. */
const MOST_WAITING = 8 * 1_048_576

/** Standard output. When nobody takes what is written there, a full disk for one, lines are lost rather than webhooks. */
const openOutput = (): DestinationStream => {
  const output = pino.destination({ dest: 1, sync: false, maxLength: MOST_WAITING })
  let isBroken = false
  output.on('error', (error: unknown) => {
    if (!isBroken) process.stderr.write(`The log cannot be written (${error instanceof Error ? error.message : 'unknown'}): lines are lost, work goes on.\n`)
    isBroken = true
  })
  output.on('write', () => {
    isBroken = false
  })
  // The library would try to write what is left without an end, and the process never be over.
  process.prependListener('exit', () => {
    if (isBroken) output.destroy()
  })
  return output
}

let output: DestinationStream | undefined

/** Lines for people, in the words and colours of pino-pretty. */
const prettily = (lines: DestinationStream): DestinationStream => {
  const format = prettyFactory({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l', singleLine: true })
  return { write: (line) => lines.write(format(line)) }
}

/**
 * The log: one line of JSON an event, or a coloured line on a terminal. Lines carry ids, names of fields and counts,
 * never payloads, secrets or personal data; the redaction is the second fence.
 */
export const createLogger = ({ level, format }: LogOptions): Logger => {
  const isPretty = format === 'pretty' || (format === undefined && process.stdout.isTTY)
  const redact = { paths: SECRET.map((name) => `["${name}"]`), censor: '[redacted]' }
  const options = { level, redact, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  output ??= openOutput()
  return pino(options, isPretty ? prettily(output) : output)
}
