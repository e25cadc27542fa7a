import { type Rule, rules } from '../prestashop/validate.ts'

/** The rules of the shop's class `Validate` that the writable fields of the client do not need. */
const further = {
  /** That the record is active is for its writer to see. */
  defaultLanguageRequiredWhenActive: () => true,
  isAbsoluteUrl: (value) => /^(?:https?:)?\/\/[$~:;#,%&_=(). ?+\-@/a-zA-Z0-9]+$/.test(value),
  isCarrierName: (value) => /^[^<>;=#{}]*$/u.test(value),
  isCatalogName: (value) => /^[^<>;=#{}]*$/u.test(value),
  isColor: (value) => /^(?:#[0-9a-fA-F]{6}|[a-zA-Z0-9-]*)$/.test(value),
  isConfigName: (value) => /^[a-zA-Z_0-9-]+$/.test(value),
  isDateFormat: (value) => /^\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2})?$/.test(value),
  isDateOrNull: (value) => value === '0000-00-00 00:00:00' || value === '0000-00-00' || rules.isDate(value),
  isGtin: (value) => /^\d{0,13}$/.test(value),
  isHashedPassword: (value) => value.length === 60,
  isIp2Long: (value) => /^-?\d+$/.test(value),
  isIsbn: (value) => /^[0-9-]{0,32}$/.test(value),
  isLanguageCode: (value) => /^[a-zA-Z]{2}(?:-[a-zA-Z]{2})?$/.test(value),
  isLanguageIsoCode: (value) => /^[a-zA-Z]{2,3}$/.test(value),
  isLinkRewrite: (value) => /^[_a-zA-Z0-9-]+$/.test(value),
  isLocale: (value) => /^[a-z]{2}-[A-Z]{2}$/.test(value),
  isMd5: (value) => /^[a-f0-9A-F]{32}$/.test(value),
  isMpn: (value) => Array.from(value).length <= 40,
  isNegativePrice: (value) => /^-?\d{1,10}(?:\.\d{1,9})?$/.test(value),
  isNullOrUnsignedId: (value) => rules.isUnsignedId(value),
  isNumericIsoCode: (value) => /^\d{3}$/.test(value),
  isPhpDateFormat: (value) => /^[^<>]+$/.test(value),
  isPriceDisplayMethod: (value) => value === '0' || value === '1',
  isReductionType: (value) => value === 'amount' || value === 'percentage',
  isReference: (value) => /^[^<>;={}]*$/u.test(value),
  isSha1: (value) => /^[a-fA-F0-9]{40}$/.test(value),
  isStateIsoCode: (value) => /^[a-zA-Z0-9]{1,4}(?:-[a-zA-Z0-9]{1,4})?$/.test(value),
  isString: () => true,
  isThemeName: (value) => /^[\w-]{3,255}$/u.test(value),
  isTplName: (value) => /^[a-zA-Z0-9_-]+$/.test(value),
  isUnsignedFloat: (value) => value.trim() !== '' && Number.isFinite(Number(value)) && Number(value) >= 0,
  isUpc: (value) => /^\d{0,12}$/.test(value),
  isZipCodeFormat: (value) => /^[NLCnlc 0-9-]+$/.test(value)
} satisfies Record<string, Rule>

const formats: Readonly<Record<string, Rule>> = { ...rules, ...further }

/** The rule a synopsis names. Throws on a name that is not known, so that no field goes unchecked. */
export const formatRule = (format: string): Rule => {
  const rule = formats[format]
  if (!rule) throw new Error(`The sandbox does not know the format ${format}`)
  return rule
}
