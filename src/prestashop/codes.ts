import type { ErrorKind } from './errors.ts'

/** What one of the shop's error codes means. */
export interface Code {
  kind: ErrorKind
  /** Said instead of the shop's message, where that one repeats what was sent. */
  say?: string
  /** The message is about a value, and may quote it when it is not the shop's own. */
  aboutValue?: true
  /** The field, where the message does not name it. */
  field?: string
  advice?: string
  /** Only this resource and method are affected, not the shop as a whole. */
  blocks?: true
  notFound?: true
}

const key: Code = {
  kind: 'misconfigured',
  advice: 'Check the Webservice key: it has 32 characters, and it must exist and be enabled in the shop'
}
const permission: Code = {
  kind: 'misconfigured',
  blocks: true,
  advice: 'Give the key this permission in the shop: Advanced Parameters > Webservice'
}
const unsupported: Code = { kind: 'misconfigured', blocks: true, advice: 'This version of PrestaShop cannot do it' }
const refused: Code = { kind: 'permanent' }
const invalid: Code = { kind: 'permanent', aboutValue: true }
const emailTaken: Code = { kind: 'permanent', field: 'email', advice: 'Another customer of the shop has this email' }
const notFound: Code = { kind: 'permanent', notFound: true }

/** A PHP warning. The shop makes a 500 of it even though the work was done (`carts-post-row-without-quantity.txt`). */
export const phpWarning = 3

/** "Unable to save resource": the work may have been done (`mail-broken-order_histories-post-sendemail.txt`). */
export const notSaved = 46

/** The shop's method is none it knows: PATCH before PrestaShop 8 (`method-unknown.txt`). */
export const unknownMethod = 23

/** The shop's error codes, as recorded; 29 to 31, 37, 80, 89, 123 and 131 from the source of the shop. */
export const codes: ReadonlyMap<number, Code> = new Map<number, Code>([
  [17, key],
  [18, key],
  [20, key],
  [21, key],
  [22, { kind: 'unavailable', advice: 'Turn the Webservice on in the shop: Advanced Parameters > Webservice' }],
  [unknownMethod, unsupported],
  [25, permission],
  [26, permission],
  [27, { ...unsupported, advice: 'This version of PrestaShop lacks this resource, or the module of it is off' }],
  ...[28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 41].map((code): [number, Code] => [code, refused]),
  ...[80, 81, 89, 90, 91, 93, 123].map((code): [number, Code] => [code, refused]),
  [84, invalid],
  [85, invalid],
  [86, { ...refused, advice: 'The record may have been saved all the same: look before trying again' }],
  [87, notFound],
  [92, notFound],
  [101, unsupported],
  [127, { ...refused, say: 'the shop could not read the XML that was sent' }],
  [131, notFound],
  [140, emailTaken],
  [141, emailTaken]
])
