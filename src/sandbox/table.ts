import { fold } from './collation.ts'
import type { ShopRecord } from './record.ts'
import type { Field } from './schema.ts'

/** A value as the database compares it: numbers by value, texts without case and accents. */
const keyOf = ({ column }: Field, value: string | null): string => {
  if (column === 'text') return fold(value ?? '')
  return column === 'integer' || column === 'decimal' ? String(Number.parseFloat(value ?? '') || 0) : (value ?? '')
}

/** One table of the shop: rows by id, and an index for every field that was ever looked up. */
export class Table {
  readonly #rows = new Map<number, ShopRecord>()
  readonly #indexes = new Map<Field, Map<string, Set<number>>>()
  readonly #fields: readonly Field[]
  #lastId = 0

  constructor(fields: readonly Field[]) {
    this.#fields = fields
  }

  get(id: number): ShopRecord | undefined {
    return this.#rows.get(id)
  }

  rows(): ShopRecord[] {
    return Array.from(this.#rows.values())
  }

  /** The rows with this value, by id. Throws when there is no such field. */
  where(name: string, value: string): ShopRecord[] {
    const field = this.#fields.find((known) => known.name === name)
    if (!field) throw new Error(`There is no field ${name}`)
    const ids = this.#index(field).get(keyOf(field, value)) ?? []
    return Array.from(ids)
      .toSorted((one, other) => one - other)
      .flatMap((id) => this.#rows.get(id) ?? [])
  }

  /** The id of the next row. An id is never given twice. */
  nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  set(row: ShopRecord): void {
    this.#drop(row.id)
    this.#rows.set(row.id, row)
    this.#lastId = Math.max(this.#lastId, row.id)
    for (const [field, index] of this.#indexes) this.#note(index, field, row)
  }

  delete(id: number): void {
    this.#drop(id)
    this.#rows.delete(id)
  }

  #index(field: Field): Map<string, Set<number>> {
    const known = this.#indexes.get(field)
    if (known) return known
    const index = new Map<string, Set<number>>()
    for (const row of this.#rows.values()) this.#note(index, field, row)
    this.#indexes.set(field, index)
    return index
  }

  #note(index: Map<string, Set<number>>, field: Field, row: ShopRecord): void {
    const key = keyOf(field, row.values[field.name] ?? null)
    const ids = index.get(key)
    if (ids) ids.add(row.id)
    else index.set(key, new Set([row.id]))
  }

  #drop(id: number): void {
    const row = this.#rows.get(id)
    if (!row) return
    for (const [field, index] of this.#indexes) index.get(keyOf(field, row.values[field.name] ?? null))?.delete(id)
  }
}
