import type { Clock } from './clock.ts'
import { WebserviceError } from './errors.ts'
import type { HookEvent } from './hooks.ts'
import type { ShopContext } from './objects/object-class.ts'
import { copyOf, type ShopRecord, toPlain, toRow } from './record.ts'
import { type Resource, resourceNamed, resources } from './resources.ts'

type Change = Omit<HookEvent, 'operation_id'>

const actions = { created: 'Add', updated: 'Update', deleted: 'Delete' } as const

/**
 * The shop's tables, in memory. Every write returns the hooks it fires instead of firing them, so that a write is
 * never cut in two by a listener.
 */
export class Store implements ShopContext {
  readonly #tables = new Map<string, Map<number, ShopRecord>>(Array.from(resources.keys(), (name) => [name, new Map()]))
  readonly #lastIds = new Map<string, number>()
  readonly #usedAddresses = new Set<number>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(minutesAgo = 0): string {
    return this.#clock.now(minutesAgo)
  }

  configuration(name: string): string {
    return this.all('configurations').find(({ values }) => values['name'] === name)?.values['value'] ?? ''
  }

  find(resource: string, id: number): ShopRecord | undefined {
    return this.#table(resource).get(id)
  }

  all(resource: string): readonly ShopRecord[] {
    return Array.from(this.#table(resource).values())
  }

  /** The ids of the installed languages, the default one first. */
  languages(): readonly string[] {
    const first = this.configuration('PS_LANG_DEFAULT')
    const ids = this.all('languages').map(({ id }) => String(id))
    return [...ids.filter((id) => id === first), ...ids.filter((id) => id !== first)]
  }

  isUsedAddress(id: number): boolean {
    return this.#usedAddresses.has(id)
  }

  /** As if an order had been placed with this address. */
  useAddress(id: number): void {
    this.#usedAddresses.add(id)
  }

  /** Puts a row in place as it is given, without hooks: the seed. */
  load(resource: Resource, record: ShopRecord): void {
    this.#table(resource.name).set(record.id, toRow(record, resource.fields, this.languages(), this.now()))
    this.#lastIds.set(resource.name, Math.max(record.id, this.#lastIds.get(resource.name) ?? 0))
  }

  /** Gives the object its id and the time. Throws `WebserviceError` when the shop's class refuses. */
  insert(resource: Resource, object: ShopRecord): Change[] {
    this.#stamp(resource, object, ['date_add', 'date_upd'])
    this.#ask(resource.objectClass.add?.(object, this))
    object.id = (this.#lastIds.get(resource.name) ?? 0) + 1
    this.#lastIds.set(resource.name, object.id)
    return this.#put(resource, object, 'created')
  }

  /** Throws `WebserviceError` when the shop's class refuses. */
  update(resource: Resource, object: ShopRecord): Change[] {
    this.#stamp(resource, object, object.values['date_add'] ? ['date_upd'] : ['date_add', 'date_upd'])
    this.#ask(resource.objectClass.update?.(object, this))
    return this.#put(resource, object, 'updated')
  }

  /** Replaces the entries of one association, which moves no date and fires no hook. */
  associate(resource: string, id: number, association: string, entries: ShopRecord['associations'][string]): void {
    const record = this.find(resource, id)
    if (record) record.associations[association] = entries
  }

  remove(resource: Resource, id: number): Change[] {
    const record = this.find(resource.name, id)
    if (!record) return []
    const { first, mark } = resource.objectClass.remove?.(record, this) ?? { first: [] }
    const changes = first.flatMap((other) => this.remove(resourceNamed(other.resource), other.id))
    if (mark) {
      const object = copyOf(record)
      Object.assign(object.values, mark)
      return [...changes, ...this.update(resource, object)]
    }
    this.#table(resource.name).delete(id)
    return [...changes, this.#change(resource, 'deleted', record, undefined)]
  }

  #table(resource: string): Map<number, ShopRecord> {
    const table = this.#tables.get(resource)
    if (!table) throw new Error(`The sandbox does not serve ${resource}`)
    return table
  }

  #put(resource: Resource, object: ShopRecord, action: 'created' | 'updated'): Change[] {
    const before = this.find(resource.name, object.id)
    const row = toRow(object, resource.fields, this.languages(), this.now())
    this.#table(resource.name).set(object.id, row)
    return [this.#change(resource, action, before, row)]
  }

  #change(
    resource: Resource,
    action: keyof typeof actions,
    before: ShopRecord | undefined,
    after: ShopRecord | undefined
  ): Change {
    const language = this.languages()[0] ?? ''
    return {
      hook_name: `actionObject${resource.className}${actions[action]}After`,
      resource: resource.name,
      entity_id: (after ?? before)?.id ?? 0,
      action_type: action,
      before_data: before ? toPlain(before, language) : null,
      after_data: after ? toPlain(after, language) : null,
      hook_timestamp: this.now()
    }
  }

  #stamp(resource: Resource, object: ShopRecord, names: readonly string[]): void {
    for (const { name } of resource.fields) if (names.includes(name)) object.values[name] = this.now()
  }

  #ask(refusal: { code: number; message: string } | undefined): void {
    if (refusal) throw new WebserviceError(500, [refusal, { code: 46, message: 'Unable to save resource' }])
  }
}
