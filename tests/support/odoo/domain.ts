import { valueError } from './exceptions.ts'

export type Values = Record<string, unknown>

export const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields that a domain asks about. */
export const fieldsIn = (domain: readonly unknown[]): string[] => domain.flatMap((part) => (Array.isArray(part) ? [String(part[0])] : []))

const matchesLeaf = (values: Values, [field, operator, wanted]: readonly unknown[]): boolean => {
  const value = values[String(field)]
  const among = Array.isArray(wanted) ? wanted : []
  switch (operator) {
    case '=':
      return value === wanted
    case '!=':
      return value !== wanted
    case 'in':
      return among.includes(value)
    case 'not in':
      return !among.includes(value)
    default:
      throw valueError(`Invalid operator ${String(operator)} in domain term`)
  }
}

/** Odoo's domains: leaves are joined by "and", unless `'|'` or `'!'` stands before them. */
export const matches = (values: Values, domain: readonly unknown[]): boolean => {
  let at = 0
  const term = (): boolean => {
    const part = domain[at]
    at += 1
    if (part === '!') return !term()
    if (part === '|' || part === '&') {
      const both = [term(), term()]
      return part === '|' ? both.includes(true) : !both.includes(false)
    }
    if (!Array.isArray(part)) throw valueError(`Invalid leaf ${String(part)}`)
    return matchesLeaf(values, part)
  }
  let isMatch = true
  while (at < domain.length) isMatch = term() && isMatch
  return isMatch
}
