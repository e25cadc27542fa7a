import { type Rule, rules } from '../prestashop/validate.ts'

/** The rules of the shop's class `Validate` that the writable fields of the client do not need. */
const further = {
  isColor: (value) => /^(?:#[0-9a-fA-F]{6}|[a-zA-Z0-9-]*)$/.test(value),
  isConfigName: (value) => /^[a-zA-Z_0-9-]+$/.test(value),
  isDateOrNull: (value) => value === '0000-00-00 00:00:00' || value === '0000-00-00' || rules.isDate(value),
  isFloat: (value) => value.trim() !== '' && Number.isFinite(Number(value)),
  isHashedPassword: (value) => value.length === 60,
  isInt: (value) => /^-?(?:0|[1-9]\d*)$/.test(value),
  isLanguageCode: (value) => /^[a-zA-Z]{2}(?:-[a-zA-Z]{2})?$/.test(value),
  isLanguageIsoCode: (value) => /^[a-zA-Z]{2,3}$/.test(value),
  isLocale: (value) => /^[a-z]{2}-[A-Z]{2}$/.test(value),
  isMd5: (value) => /^[a-f0-9A-F]{32}$/.test(value),
  isNullOrUnsignedId: (value) => rules.isUnsignedId(value),
  isNumericIsoCode: (value) => /^\d{3}$/.test(value),
  isPhpDateFormat: (value) => /^[^<>]+$/.test(value),
  isPriceDisplayMethod: (value) => value === '0' || value === '1',
  isSha1: (value) => /^[a-fA-F0-9]{40}$/.test(value),
  isStateIsoCode: (value) => /^[a-zA-Z0-9]{1,4}(?:-[a-zA-Z0-9]{1,4})?$/.test(value),
  isThemeName: (value) => /^[\w-]{3,255}$/u.test(value),
  isUnsignedFloat: (value) => value.trim() !== '' && Number.isFinite(Number(value)) && Number(value) >= 0,
  isZipCodeFormat: (value) => /^[NLCnlc 0-9-]+$/.test(value)
} satisfies Record<string, Rule>

const formats: Readonly<Record<string, Rule>> = { ...rules, ...further }

/** The rule a synopsis names. Throws on a name that is not known, so that no field goes unchecked. */
export const formatRule = (format: string): Rule => {
  const rule = formats[format]
  if (!rule) throw new Error(`The sandbox does not know the format ${format}`)
  return rule
}
