import type { Hooks } from './hooks.ts'
import { copyOf, type ShopRecord } from './record.ts'
import { type Resource, resourceNamed } from './resources.ts'
import type { Store } from './store.ts'

/** Field values; a multi-language field gets its text in every language. */
export type Fields = Readonly<Record<string, string>>

/** A human at work in the back office. Each method returns when the row is written; listeners may still run. */
export interface BackOffice {
  /** Returns the new id. Throws when the shop's class refuses, as for an email that is taken. */
  create(resource: string, fields: Fields): number
  /** Throws when there is no such record, or the shop's class refuses. */
  update(resource: string, id: number, fields: Fields): void
  /** Throws when there is no such record. */
  remove(resource: string, id: number): void
}

const assign = (object: ShopRecord, resource: Resource, fields: Fields, languages: readonly string[]): void => {
  for (const [name, value] of Object.entries(fields)) {
    const field = resource.fields.find((known) => known.name === name)
    if (!field) throw new Error(`${resource.name} has no field ${name}`)
    if (field.multilingual) object.texts[name] = Object.fromEntries(languages.map((id) => [id, value]))
    else object.values[name] = resource.objectClass.setters?.[name]?.(object, value) ?? value
  }
}

export const createBackOffice = (store: Store, hooks: Hooks): BackOffice => {
  const existing = (resource: Resource, id: number): ShopRecord => {
    const record = store.find(resource.name, id)
    if (!record) throw new Error(`There is no ${resource.nodeName} ${id}`)
    return record
  }
  return {
    create(name, fields) {
      const resource = resourceNamed(name)
      const object: ShopRecord = { id: 0, values: {}, texts: {}, associations: {} }
      assign(object, resource, fields, store.languages())
      void hooks.fire(store.insert(resource, object))
      return object.id
    },
    update(name, id, fields) {
      const resource = resourceNamed(name)
      const object = copyOf(existing(resource, id))
      assign(object, resource, fields, store.languages())
      void hooks.fire(store.update(resource, object))
    },
    remove(name, id) {
      const resource = resourceNamed(name)
      existing(resource, id)
      void hooks.fire(store.remove(resource, id))
    }
  }
}
