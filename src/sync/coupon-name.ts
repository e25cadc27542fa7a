import * as v from 'valibot'
import type { LanguageTexts, ShopRecord } from '../prestashop/record.ts'
import type { Reference } from '../prestashop/reference.ts'
import { checkField } from '../prestashop/resources.ts'
import { lengthOf } from '../prestashop/validate.ts'
import type { Texts } from './entity.ts'
import { SyncError } from './errors.ts'

/** The shop's column is one shorter than its own rule, and cuts without a word (`cart_rules-post-name-255.txt`). */
const MAX_LENGTH = 254

const text = v.pipe(
  v.nullable(v.union([v.string(), v.literal(false)])),
  v.transform((value) => value || ''),
  // The shop lets markup pass here (`cart_rules-post-name-html.txt`), but not in a description.
  v.check((value) => lengthOf(value) <= MAX_LENGTH && checkField('cart_rules', 'description', value) === undefined)
)

const names = v.union([
  text,
  v.pipe(
    v.record(v.pipe(v.string(), v.regex(/^[a-z]{2}$/i)), text),
    v.check((byIso) => Object.keys(byIso).length > 0)
  )
])

/** A name is one text for every language, or texts by ISO code; kept as JSON until the languages are known. */
export const readName = {
  parse: (value: unknown): string | undefined => {
    const { success, output } = v.safeParse(names, value)
    return success ? JSON.stringify(output) : undefined
  },
  expected:
    `must be a text of at most ${MAX_LENGTH} characters without scripts, frames or forms, ` +
    'or such texts by ISO code of a language, as in { "en": "Welcome", "fr": "Bienvenue" }'
}

/** Whether `readName` read texts by language. */
export const isByLanguage = (json: string): boolean => json.startsWith('{')

const PREFIX = 'name.'

/** The synced field of the name in one language: each language has its own known value. */
const nameField = (languageId: number | string): string => `${PREFIX}${languageId}`

/** The id of the language that a synced field is the name in. */
export const languageOf = (field: string): string | undefined =>
  field.startsWith(PREFIX) ? field.slice(PREFIX.length) : undefined

/**
 * The synced fields of a name that `readName` read.
 * @throws SyncError `validation`, with the ISO code that no active language of the shop has
 */
export const resolveName = async (json: string, reference: Reference): Promise<[field: string, text: string][]> => {
  const name = v.parse(names, JSON.parse(json))
  if (typeof name === 'string') return (await reference.languages()).map(({ id }) => [nameField(id), name])
  return Promise.all(
    Object.entries(name).map(async ([iso, own]): Promise<[string, string]> => {
      const language = await reference.languageByIso(iso)
      if (language) return [nameField(language.id), own]
      const known = (await reference.languages()).map((active) => active.iso).join(', ')
      throw new SyncError('validation', `name: the shop has no active language "${iso}", only ${known}`, 'name')
    })
  )
}

/** The id of the language in which an active coupon must have a name, as far as the key may know it. */
const defaultLanguage = (reference: Reference): Promise<string | undefined> => reference.configuration('PS_LANG_DEFAULT')

const isBlank = (own: string | undefined): boolean => (own ?? '').trim() === ''

/** The name of a new coupon in every active language: where none is told, the default language's, else the code. */
export const completeName = async (fields: Texts, code: string, reference: Reference): Promise<[string, string][]> => {
  const told = (language: number | string): string | undefined => {
    const own = fields.get(nameField(language))
    return isBlank(own) ? undefined : own
  }
  const standard = told((await defaultLanguage(reference)) ?? '') ?? code
  return (await reference.languages()).map(({ id }) => [nameField(id), told(id) ?? standard])
}

/**
 * The names to be written, whole: a write of one language blanks the others
 * (`two-languages-cart_rules-patch-one-language-get.txt`). `undefined` when none changes.
 */
export const wholeName = async (
  fields: Texts,
  record: ShopRecord | undefined,
  reference: Reference
): Promise<LanguageTexts | undefined> => {
  const changed = [...fields].flatMap(([field, own]): [string, string][] => {
    const language = languageOf(field)
    return language === undefined ? [] : [[language, own]]
  })
  if (changed.length === 0) return undefined
  const blank = (await reference.languages()).map(({ id }): [string, string] => [String(id), ''])
  return { ...Object.fromEntries(blank), ...record?.languages['name'], ...Object.fromEntries(changed) }
}

/**
 * An active coupon needs a name in the default language (`cart_rules-post-name-empty-active.txt`).
 * @param active whether it is active once `fields` are written
 * @throws SyncError `validation`
 */
export const refuseNameless = async (
  fields: Texts,
  record: ShopRecord,
  active: boolean,
  reference: Reference
): Promise<void> => {
  const touched = fields.has('active') || [...fields.keys()].some((field) => languageOf(field) !== undefined)
  const language = active && touched ? await defaultLanguage(reference) : undefined
  if (language === undefined) return
  if (!isBlank(fields.get(nameField(language)) ?? record.languages['name']?.[language])) return
  throw new SyncError('validation', "name must not be empty in the shop's default language while the coupon is active", 'name')
}
