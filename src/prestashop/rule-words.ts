import type { RuleName } from './validate.ts'

/** The shop's rules in words that complete "<field> …", with an example. */
export const ruleWords: Readonly<Record<RuleName, string>> = {
  isAddress: 'must not contain any of ! < > ? = + @ { } _ $ %, as in "12 Main Street, 2nd floor"',
  isAnything: 'may be any text',
  isApe: 'must be three or four digits and a letter, as in "6201Z"',
  isBirthDate: 'must be a day in the past, as in "1970-01-31"',
  isBool: 'must be 0 or 1',
  isCityName: 'must not contain any of ! < > ; ? = + @ # " ° { } _ $ %, as in "Saint-Denis"',
  isCleanHtml: 'must not contain scripts, event handlers, frames or forms, as in "Ten percent off"',
  isCustomerName:
    'must not contain digits, signs such as ! < > , ; ? = + ( ) @ # { } _ $ % : or a full stop inside a word, as in "J. Doe"',
  isDate: 'must be a date, as in "2026-01-31" or "2026-01-31 12:00:00"',
  isDniLite: 'must be at most 16 letters, digits, full stops and hyphens, as in "12345678Z"',
  isEmail: 'must be an email address, as in "jane@example.com"',
  isFloat: 'must be a number of at most 14 digits, as in "12.5"',
  isGenericName: 'must not contain any of < > = { }, as in "Home"',
  isInt: 'must be a whole number, as in "12"',
  isMessage: 'must not contain any of < > { }, as in "Ring twice"',
  isModuleName: 'must hold only letters, digits, hyphens and underscores, as in "ps_wirepayment"',
  isName: 'must not contain digits or any of ! < > , ; ? = + ( ) @ # " ° { } _ $ % : ¤ |, as in "Mary-Ann"',
  isPercentage: 'must be a number from 0 to 100, as in "12.5"',
  isPhoneNumber: 'must hold only digits, spaces and + . ( ) / -, as in "+33 1 23 45 67 89"',
  isPostCode: 'must hold only letters, digits, spaces and hyphens, as in "75001"',
  isPrice: 'must be an amount, zero or more, as in "12.5"',
  isTrackingNumber: 'must hold only letters, digits, spaces and ~:#,%&_=()[].?+-@/, as in "1Z 999-AA1"',
  isUnsignedId: 'must be an id, a whole number from 0 to 4294967295, as in "12"',
  isUnsignedInt: 'must be a whole number from 0 to 4294967295, as in "12"',
  isUrl: 'must be an address, without quotes and brackets, as in "https://www.example.com"'
}
