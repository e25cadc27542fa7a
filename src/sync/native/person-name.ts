import { text } from './rules.ts'

/** How the shop's customers and addresses call a person. */
export interface PersonName {
  readonly firstname: string
  readonly lastname: string
}

const LONGEST = 255
const NAMELESS = 'Customer'

/**
 * A name in characters that the shop takes for customers and addresses (its rules isCustomerName and isName): what it
 * refuses, digits among it, becomes a blank, and a full stop ends a word.
 */
export const cleanName = (name: string): string =>
  name
    .replaceAll(/[\d!<>,;?=+()/\\@#"°*`{}_^$%:¤[\]|\p{C}]/gu, ' ')
    .replaceAll(/([.。])(?!\s|$)/gu, '$1 ')
    .replaceAll(/\s+/gu, ' ')
    .trim()

const cut = (name: string): string => Array.from(name).slice(0, LONGEST).join('').trim()

/**
 * Odoo's one name as two: the first word, and the rest; a single word stands for both. Where nothing of it can be
 * taken, the part of the email before the @ does, else "Customer".
 */
export const splitName = (name: unknown, email?: unknown): PersonName => {
  const [local = ''] = text(email).split('@')
  const clean = cleanName(text(name)) || cleanName(local.replaceAll('.', ' ')) || NAMELESS
  const [first = clean, ...rest] = clean.split(' ')
  return { firstname: cut(first), lastname: cut(rest.join(' ') || first) }
}

/** The whole name that a split stands for: a single word was not told twice. */
const wholeOf = ({ firstname, lastname }: PersonName): string => {
  const [first, last] = [cleanName(firstname), cleanName(lastname)]
  return first === last ? first : `${first} ${last}`
}

/** Whether two splits, such as "Jean Paul | Sartre" and "Jean | Paul Sartre", are of the same name. */
export const isSameName = (one: PersonName, other: PersonName): boolean => wholeOf(one) === wholeOf(other)
