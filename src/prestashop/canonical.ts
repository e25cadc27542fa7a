/** How a field's value is to be compared. */
export type FieldType = 'text' | 'bool' | 'id' | 'integer' | 'date' | 'datetime' | 'decimal' | 'percent'

/** Digits after the point, as the shop stores them (`cart_rules-post-amount-get.txt`). */
const precisions = { decimal: 6, percent: 2 }

/** No number of the shop's has as many digits before the point; whatever has is as slow to compute with as it is long. */
const MOST_DIGITS = 40

/** `5.1234567` → `5.123457`, `61.800000` → `61.8`, by whole numbers so that no digit is lost; half away from zero. */
const decimal = (text: string, precision: number): string => {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text.trim())
  if (!match || !/\d/.test(text) || match[2]!.length > MOST_DIGITS) return text
  const [, sign, whole = '', fraction = ''] = match
  const digits = fraction.padEnd(precision + 1, '0')
  const scaled = BigInt(`${whole}${digits.slice(0, precision)}`) + (digits[precision]! >= '5' ? 1n : 0n)
  const padded = scaled.toString().padStart(precision + 1, '0')
  const short = `${padded.slice(0, -precision)}.${padded.slice(-precision)}`.replace(/\.?0+$/, '')
  return sign === '-' && scaled > 0n ? `-${short}` : short
}

const integer = (text: string): string => (text.length <= MOST_DIGITS && /^-?\d+$/.test(text) ? BigInt(text).toString() : text)

const dateParts = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{2}:\d{2}:\d{2}))?$/

const date = (text: string, withTime: boolean): string => {
  const match = dateParts.exec(text)
  if (!match) return text
  const day = `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}`
  if (day === '0000-00-00') return ''
  return withTime ? `${day} ${match[4] ?? '00:00:00'}` : day
}

const forms: Readonly<Record<FieldType, (text: string) => string>> = {
  text: (text) => text,
  bool: (text) => (text === 'true' ? '1' : text === '' || text === 'false' ? '0' : text),
  id: (text) => (text === '' ? '0' : integer(text)),
  integer,
  decimal: (text) => (text === '' ? '0' : decimal(text, precisions.decimal)),
  percent: (text) => (text === '' ? '0' : decimal(text, precisions.percent)),
  date: (text) => date(text, false),
  datetime: (text) => date(text, true)
}

/**
 * The one form of a value, so that two values are the same to the shop exactly when their forms are equal: `true` is
 * `1`, `0000-00-00` and `null` are empty, an empty id, decimal or flag is `0`. A text is never touched. What is no
 * value of the type stays as it is, and so equals nothing else.
 */
export const canonical = (type: FieldType, value: string | number | boolean | null | undefined): string =>
  forms[type](Object.hasOwn(precisions, type) && typeof value === 'number' ? decimalText(value) : String(value ?? ''))

/** Without an exponent. */
const decimalText = (value: number): string => (Math.abs(value) < 1e15 ? value.toFixed(9) : String(value))
