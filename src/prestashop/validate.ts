/**
 * The shop's own rules for the characters of a value, under the names the shop gives them
 * (the `format` attributes of `customers-schema-synopsis.txt` and `addresses-schema-synopsis.txt`).
 * Lengths are not checked here; an empty value passes wherever the shop lets one pass.
 */
export type Rule = (value: string) => boolean

const without = (characters: string): Rule => {
  const forbidden = new Set(characters)
  return (value) => !Array.from(value).some((character) => forbidden.has(character))
}

const emptyOr =
  (pattern: RegExp): Rule =>
  (value) =>
    value === '' || pattern.test(value)

const isUnsignedInt: Rule = (value) => /^(?:0|[1-9]\d{0,9})$/.test(value) && Number(value) < 4_294_967_296

const isFloat: Rule = (value) =>
  value === '' || (/^-?\d+(?:\.\d+)?$/.test(value) && Number(Number(value).toPrecision(14)) === Number(value))

/** The shop looks for them everywhere, not in tags only. */
const handlers =
  /on(?:mouse(?:down|enter|leave|move|out|over|up)|key(?:down|press|up)|(?:dbl)?click|(?:un)?load|error|focus|blur|change|submit|select|reset|abort|input|copy|cut|paste|drag|drop|scroll|resize|message)\s*=/i

/** A day that exists in the calendar; `parts` are the texts of year, month and day. */
const isCalendarDay = (year: string, month: string, day: string): boolean => {
  const date = new Date(Date.UTC(2000, 0, 1))
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  return Number(year) > 0 && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
}

const nameCharacters = without('0123456789!<>,;?=+()/\\@#"°*`{}_^$%:¤[]|')

export const rules = {
  isAddress: without('!<>?=+@{}_$%'),
  isApe: emptyOr(/^\d{3,4}[a-zA-Z]$/),
  /** `YYYY-MM-DD` between two hundred years ago and today; `today` is the shop's, at most a day ahead of UTC's. */
  isBirthDate: (value) => {
    if (value === '' || value === '0000-00-00') return true
    const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value)
    if (!match || !isCalendarDay(match[1]!, match[2]!, match[3]!)) return false
    const day = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]))
    return day <= Date.now() + 86_400_000 && new Date().getUTCFullYear() - Number(match[1]) <= 200
  },
  isBool: (value) => value === '0' || value === '1',
  isCityName: without('!<>;?=+@#"°{}_$%'),
  /** Only what the shop is sure to refuse: scripts, event handlers, frames and forms. */
  isCleanHtml: (value) => !/<\s*(?:script|i?frame|form|input|embed|object)|script:/i.test(value) && !handlers.test(value),
  /** No digits; a full stop only before white space or at the end: no links (`customers-post-invalid-name-url.txt`). */
  isCustomerName: (value) => nameCharacters(value) && !/[.。](?!\s|$)/u.test(value),
  isDate: (value) => {
    const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: \d{2}:\d{2}:\d{2})?$/.exec(value)
    return match !== null && isCalendarDay(match[1]!, match[2]!, match[3]!)
  },
  isDniLite: emptyOr(/^[0-9A-Za-z.-]{1,16}$/),
  /** Only what the shop is sure to refuse; the shop itself knows the whole of RFC 5322. */
  isEmail: (value) => /^[^\s@<>(),;:\\[\]]+@[^\s@<>(),;:\\]+$/u.test(value) || /^"[^"]+"@[^\s@]+$/u.test(value),
  /** As PHP keeps a number: fourteen digits that count, no exponent. */
  isFloat,
  isGenericName: without('<>={}'),
  isInt: (value) => /^-?(?:0|[1-9]\d*)$/.test(value) && Number.isSafeInteger(Number(value)),
  isMessage: without('<>{}'),
  isModuleName: (value) => /^[a-zA-Z0-9_-]+$/.test(value),
  isName: without('0123456789!<>,;?=+()@#"°{}_$%:¤|'),
  isPercentage: (value) => isFloat(value) && Number(value) >= 0 && Number(value) <= 100,
  isPhoneNumber: emptyOr(/^[+0-9. ()/-]+$/),
  isPostCode: emptyOr(/^[a-zA-Z 0-9-]+$/),
  isPrice: (value) => /^[0-9]{1,10}(?:\.[0-9]{1,9})?$/.test(value),
  isTrackingNumber: emptyOr(/^[~:#,%&_=()[\]. ?+\-@/a-zA-Z0-9]+$/),
  isUnsignedId: isUnsignedInt,
  isUnsignedInt,
  isUrl: emptyOr(/^[~:#,$%&_=(). ?+\-@/a-zA-Z0-9\p{L}\p{S}]+$/u),
  isAnything: () => true
} satisfies Record<string, Rule>

export type RuleName = keyof typeof rules

/** The length the shop counts: Unicode code points, not UTF-16 units. */
export const lengthOf = (value: string): number => Array.from(value).length
