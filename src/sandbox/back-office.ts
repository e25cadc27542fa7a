import type { Hooks } from './hooks.ts'
import { copyOf, newRecord, type ShopRecord } from './record.ts'
import { type Resource, resourceNamed } from './resources.ts'
import type { Store } from './store.ts'
import type { Work } from './work.ts'

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

const assign = (object: ShopRecord, resource: Resource, fields: Fields, work: Work): void => {
  for (const [name, value] of Object.entries(fields)) {
    const field = resource.fields.find((known) => known.name === name)
    if (!field) throw new Error(`${resource.name} has no field ${name}`)
    const setter = resource.objectClass.setters?.[name]
    if (field.multilingual) object.texts[name] = value
    else if (setter) setter(object, value, work)
    else object.values[name] = value
  }
}

/** The back office of a shop; `begin` starts one piece of work. */
export const createBackOffice = (store: Store, hooks: Hooks, begin: () => Work): BackOffice => {
  const existing = (resource: Resource, id: number): ShopRecord => {
    const record = store.find(resource.name, id)
    if (!record) throw new Error(`There is no ${resource.nodeName} ${id}`)
    return record
  }
  return {
    create(name, fields) {
      const resource = resourceNamed(name)
      const object = newRecord()
      const work = begin()
      assign(object, resource, fields, work)
      work.insert(name, object)
      void hooks.fire(work.changes)
      return object.id
    },
    update(name, id, fields) {
      const resource = resourceNamed(name)
      const object = copyOf(existing(resource, id))
      const work = begin()
      assign(object, resource, fields, work)
      work.update(name, object)
      void hooks.fire(work.changes)
    },
    remove(name, id) {
      const resource = resourceNamed(name)
      existing(resource, id)
      const work = begin()
      work.remove(name, id)
      void hooks.fire(work.changes)
    }
  }
}
