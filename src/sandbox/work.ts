import { WebserviceError } from './errors.ts'
import type { HookEvent } from './hooks.ts'
import type { MailLog, Mails } from './mails.ts'
import type { ShopContext, ShopWork } from './objects/object-class.ts'
import { copyOf, type ShopRecord } from './record.ts'
import { type Resource, resourceNamed } from './resources.ts'
import type { Store } from './store.ts'

/** A hook to fire; the operation is the request's. */
export type Change = Omit<HookEvent, 'operation_id'>

const actions = { created: 'Add', updated: 'Update', deleted: 'Delete' } as const

/** What one piece of work needs of the shop besides its tables. */
export interface WorkOptions {
  readonly mails: Mails
  /** Whether the request asked for mails, `?sendemail=1`. */
  readonly sendEmail: boolean
  /** The time that placing an order takes between its checks and its rows. */
  readonly pause: () => Promise<void>
}

/**
 * The writes of one entity and of all that follows from it. It notes the hooks instead of firing them, so that no
 * listener cuts them in two.
 */
export class Work implements ShopWork {
  /** The hooks, in order. */
  readonly changes: Change[] = []
  readonly #store: Store
  readonly #options: WorkOptions

  constructor(store: Store, options: WorkOptions) {
    this.#store = store
    this.#options = options
  }

  get shop(): ShopContext {
    return this.#store
  }

  get sendEmail(): boolean {
    return this.#options.sendEmail
  }

  next(sequence: string): number {
    return this.#store.next(sequence)
  }

  copyTexts(language: string): void {
    this.#store.copyTexts(language)
  }

  pause(): Promise<void> {
    return this.#options.pause()
  }

  mail(mail: MailLog): boolean {
    return this.#options.mails.send(mail)
  }

  insert(name: string, object: ShopRecord): void {
    const resource = resourceNamed(name)
    this.#stamp(resource, object, ['date_add', 'date_upd'])
    const refusal = resource.objectClass.add?.(object, this.#store)
    if (refusal) throw new WebserviceError(500, [refusal, { code: 46, message: 'Unable to save resource' }])
    object.id = this.#store.nextId(name)
    this.#put(resource, object, 'created')
    resource.objectClass.added?.(object, this)
  }

  update(name: string, object: ShopRecord): void {
    const resource = resourceNamed(name)
    this.#stamp(resource, object, object.values['date_add'] ? ['date_upd'] : ['date_add', 'date_upd'])
    const refusal = resource.objectClass.update?.(object, this.#store)
    if (refusal) throw new WebserviceError(500, [refusal, { code: 46, message: 'Unable to save resource' }])
    this.#put(resource, object, 'updated')
  }

  change(name: string, id: number, values: Readonly<Record<string, string>>): void {
    const record = this.#store.find(name, id)
    if (!record) return
    const object = copyOf(record)
    Object.assign(object.values, values)
    this.update(name, object)
  }

  set(name: string, id: number, values: Readonly<Record<string, string>>): void {
    const record = this.#store.find(name, id)
    if (record) this.#store.load(resourceNamed(name), { ...record, values: { ...record.values, ...values } })
  }

  remove(name: string, id: number): void {
    const record = this.#store.find(name, id)
    if (!record) return
    const resource = resourceNamed(name)
    const { first, mark } = resource.objectClass.remove?.(record, this.#store) ?? { first: [] }
    for (const other of first) this.remove(other.resource, other.id)
    if (mark) {
      this.change(name, id, mark)
      return
    }
    this.#store.delete(name, id)
    this.#note(resource, 'deleted', record, undefined)
  }

  hook(hookName: string, name: string, action: HookEvent['action_type'], before: ShopRecord | undefined): void {
    const resource = resourceNamed(name)
    const after = before && this.#store.find(name, before.id)
    this.#note(resource, action, action === 'created' ? undefined : before, after ?? before, hookName)
  }

  #put(resource: Resource, object: ShopRecord, action: 'created' | 'updated'): void {
    const before = this.#store.find(resource.name, object.id)
    this.#note(resource, action, before, this.#store.load(resource, object))
  }

  #note(
    resource: Resource,
    action: keyof typeof actions,
    before: ShopRecord | undefined,
    after: ShopRecord | undefined,
    hookName = `actionObject${resource.className}${actions[action]}After`
  ): void {
    this.changes.push({
      hook_name: hookName,
      resource: resource.name,
      entity_id: (after ?? before)?.id ?? 0,
      action_type: action,
      before_data: before ? this.#store.plain(resource, before) : null,
      after_data: after ? this.#store.plain(resource, after) : null,
      hook_timestamp: this.#store.now()
    })
  }

  #stamp(resource: Resource, object: ShopRecord, names: readonly string[]): void {
    for (const { name } of resource.fields) if (names.includes(name)) object.values[name] = this.#store.now()
  }
}
