import type { Clock } from './clock.ts'
import type { ShopContext } from './objects/object-class.ts'
import { copyOf, type Entry, type ShopRecord, textIn, toPlain, toRow } from './record.ts'
import { type Resource, resourceNamed, resources } from './resources.ts'
import { Table } from './table.ts'

/** The shop's tables, in memory. */
export class Store implements ShopContext {
  readonly #tables = new Map<string, Table>(
    Array.from(resources.values(), ({ name, fields }) => [name, new Table(fields)])
  )
  readonly #sequences = new Map<string, number>()
  readonly #usedAddresses = new Set<number>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(minutesAgo = 0): string {
    return this.#clock.now(minutesAgo)
  }

  configuration(name: string): string {
    return this.where('configurations', 'name', name)[0]?.values['value'] ?? ''
  }

  serves(resource: string): boolean {
    return this.#tables.has(resource)
  }

  find(resource: string, id: number): ShopRecord | undefined {
    return this.#table(resource).get(id)
  }

  all(resource: string): readonly ShopRecord[] {
    return this.#table(resource).rows()
  }

  where(resource: string, field: string, value: string | number): readonly ShopRecord[] {
    return this.#table(resource).where(field, String(value))
  }

  /** The ids of the installed languages, the default one first. */
  languages(): readonly string[] {
    const first = this.configuration('PS_LANG_DEFAULT')
    const ids = this.all('languages').map(({ id }) => String(id))
    return [...ids.filter((id) => id === first), ...ids.filter((id) => id !== first)]
  }

  isUsedAddress(id: number): boolean {
    const uses = (field: string): boolean => this.where('orders', field, id).length > 0
    return this.#usedAddresses.has(id) || uses('id_address_delivery') || uses('id_address_invoice')
  }

  /** As if an order had been placed with this address. */
  useAddress(id: number): void {
    this.#usedAddresses.add(id)
  }

  /** The record as plain strings in the default language, computed fields too. */
  plain(resource: Resource, record: ShopRecord): Record<string, string> {
    const getters = Object.entries(resource.objectClass.getters ?? {})
    const computed = getters.map(([name, getter]) => [name, getter(record, this)])
    return { ...toPlain(record, this.languages()[0] ?? ''), ...Object.fromEntries(computed) }
  }

  /** Puts a row in place as it is given: no dates, no checks, no hooks. */
  load(resource: Resource, record: ShopRecord): ShopRecord {
    const row = toRow(record, resource.fields, this.languages(), this.now())
    resource.objectClass.store?.(row, this)
    this.#table(resource.name).set(row)
    return row
  }

  nextId(resource: string): number {
    return this.#table(resource).nextId()
  }

  /** The next number of a sequence, from 1. */
  next(sequence: string): number {
    const number = (this.#sequences.get(sequence) ?? 0) + 1
    this.#sequences.set(sequence, number)
    return number
  }

  /** Replaces the entries of one association, which moves no date and fires no hook. */
  associate(resource: string, id: number, association: string, entries: readonly Entry[]): void {
    const record = this.find(resource, id)
    if (record) record.associations[association] = entries
  }

  /** Gives every multi-language text of the default language to a new one. */
  copyTexts(language: string): void {
    const first = this.languages()[0] ?? ''
    for (const [name, table] of this.#tables) {
      if (!resourceNamed(name).fields.some(({ multilingual }) => multilingual)) continue
      for (const row of table.rows()) {
        const object = copyOf(row)
        for (const [field, texts] of Object.entries(row.texts)) {
          if (typeof texts !== 'string') object.texts[field] = { ...texts, [language]: textIn(row, field, first) }
        }
        table.set(object)
      }
    }
  }

  delete(resource: string, id: number): void {
    this.#table(resource).delete(id)
  }

  #table(resource: string): Table {
    const table = this.#tables.get(resource)
    if (!table) throw new Error(`The sandbox does not serve ${resource}`)
    return table
  }
}
