import { DateTime } from 'luxon'

/** A line of text from outside without the characters that a terminal obeys instead of showing them. */
export const visible = (line: string): string => line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')

/** A text from outside on one line of a terminal. */
export const oneLine = (text: string): string => visible(text).trim()

/** A moment as programs read it. */
export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** A moment as people read it, in this machine's zone. */
export const localTime = (milliseconds: number): string => DateTime.fromMillis(milliseconds).toFormat('yyyy-MM-dd HH:mm:ss')

const UNITS: readonly (readonly [name: string, milliseconds: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000]
]

/** How long, in its largest unit: `3 days`, `1 hour`, `250 ms`. */
export const duration = (milliseconds: number): string => {
  const [name, size] = UNITS.find(([, least]) => milliseconds >= least) ?? ['', 0]
  return size === 0 ? `${Math.round(milliseconds)} ms` : count(Math.floor(milliseconds / size), name)
}

/** `1 operation`, `2 operations`. */
export const count = (number: number, noun: string): string => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`

const BYTE_UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB']

/** `4.2 GB` */
export const byteSize = (bytes: number): string => {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), BYTE_UNITS.length - 1)
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${BYTE_UNITS[power]}`
}
