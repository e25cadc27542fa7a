import type { SandboxShop } from '../../src/sandbox/shop.ts'

/** One kind of record that both sides have. */
export interface Kind {
  /** As envelopes and events call it. */
  readonly type: 'customer' | 'address' | 'order' | 'coupon'
  readonly resource: string
  /** The field by which people know a record; nobody changes it. */
  readonly natural: string
  /** Fields that people change. */
  readonly fields: readonly string[]
  /** Those that the module in the field tells of. */
  readonly told: readonly string[]
  /** What a new record has beside them. */
  readonly constant: Readonly<Record<string, string>>
  readonly value: (count: number) => string
  /** Somebody changes it in the back office. */
  readonly change: (shop: SandboxShop, id: number, fields: Readonly<Record<string, string>>) => void
}

/** A number in letters, since names have no digits. */
export const letters = (count: number): string => {
  const rest = Math.floor(count / 26)
  return (rest > 0 ? letters(rest - 1) : '') + String.fromCharCode(97 + (count % 26))
}

const update =
  (resource: string): Kind['change'] =>
  (shop, id, fields) =>
    shop.backOffice.update(resource, id, fields)

const customer: Kind = {
  type: 'customer',
  resource: 'customers',
  natural: 'email',
  fields: ['firstname', 'lastname', 'company', 'note'],
  told: ['firstname', 'lastname'],
  constant: {},
  value: (count) => `Value ${letters(count)}`,
  change: update('customers')
}

export const kinds: Readonly<Record<string, Kind>> = { customer }

export const kindOf = (type: string): Kind => {
  const kind = kinds[type]
  if (!kind) throw new Error(`nobody has a ${type}`)
  return kind
}
