import { type Command, InvalidArgumentError, Option } from 'commander'
import { DateTime } from 'luxon'

const MOST_ROWS = 10_000

/** A whole number from `least` to `most`, for an option. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d{1,15}$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`)
  }

const AGO = /^(\d{1,6})(s|m|h|d|w)$/
const UNITS = { s: 'seconds', m: 'minutes', h: 'hours', d: 'days', w: 'weeks' } as const
const isUnit = (text: string | undefined): text is keyof typeof UNITS => text !== undefined && Object.hasOwn(UNITS, text)

/** A moment: ISO 8601, in this machine's zone unless it names one, or how long ago (`90m`, `24h`, `7d`). Milliseconds since 1970. */
export const moment = (text: string): number => {
  const [, number, unit] = AGO.exec(text) ?? []
  const time = isUnit(unit) ? DateTime.now().minus({ [UNITS[unit]]: Number(number) }) : DateTime.fromISO(text)
  if (time.isValid) return time.toMillis()
  throw new InvalidArgumentError('expected a time such as 2026-01-31T12:00, or how long ago, such as 90m, 24h or 7d')
}

export const limitOption = (rows: number): Option =>
  new Option('--limit <rows>', 'how many at most').default(rows).argParser(wholeNumber(1, MOST_ROWS))

export const jsonOption = (): Option => new Option('--json', 'for programs')

/** What `jsonOption` gives. */
export interface JsonOption {
  readonly json?: boolean
}

/** Lines for the end of a command's help; `npm run cli --` is put before those that do not begin with `npm`. */
export const examples = (command: Command, lines: readonly (readonly [parameters: string, meaning: string])[]): Command => {
  const shown = lines.map(([parameters, meaning]) => `  # ${meaning}\n  ${parameters.startsWith('npm ') ? '' : 'npm run cli -- '}${parameters}`)
  return command.addHelpText('after', `\nExamples:\n${shown.join('\n')}`)
}
