import { refuse, WebserviceError } from './errors.ts'
import { formatRule } from './formats.ts'
import { copyOf, isOn, newRecord, phpInt, type ShopRecord, type Texts, textIn } from './record.ts'
import type { Resource } from './resources.ts'
import { type Field, textOf } from './schema.ts'
import type { Store } from './store.ts'
import type { Change, Work } from './work.ts'
import { childOf, type Element } from './xml.ts'
import { lengthOf } from '../prestashop/validate.ts'

export type WriteMethod = 'POST' | 'PUT' | 'PATCH'

/** What a write needs of the shop. */
export interface SaveContext {
  readonly store: Store
  /** PrestaShop 1.7: nothing is read-only. */
  readonly allWritable: boolean
  /** The writes of one entity. */
  readonly begin: () => Work
  /** Fires hooks; the write goes on when the listeners are done. */
  readonly fire: (changes: readonly Change[]) => Promise<void>
}

const invalid = (field: Field, resource: Resource, what: (property: string) => string): Error =>
  refuse(400, field.multilingual ? 84 : 85, `Validation error: "${what(`${resource.className}->${field.name}`)}"`)

/** One value: there if it must be, short enough, of its format; "0" and "" have none to keep. */
const validate = (field: Field, value: string, resource: Resource): void => {
  if (field.required && value === '') throw invalid(field, resource, (property) => `Property ${property} is empty.`)
  const length = lengthOf(value)
  if (field.maxSize !== undefined && length > field.maxSize) {
    const bounds = `It must be between 0 and ${field.maxSize} chars.`
    throw invalid(field, resource, (name) => `The length of property ${name} is currently ${length} chars. ${bounds}`)
  }
  if (field.format !== undefined && value !== '' && value !== '0' && !formatRule(field.format)(value)) {
    throw invalid(field, resource, (property) => `Property ${property} is not valid`)
  }
}

const textsOf = (object: ShopRecord, field: Field): readonly string[] => {
  const texts = object.texts[field.name] ?? ''
  return typeof texts === 'string' ? [texts] : Object.values(texts)
}

/** Texts before values, one field at a time; the first that fails is the answer. */
const validateAll = (object: ShopRecord, resource: Resource, language: string): void => {
  for (const field of resource.fields.filter(({ multilingual }) => multilingual)) {
    const text = textIn(object, field.name, language)
    // A name that is needed as soon as the record is active (`cart_rules-post-name-missing-active.txt`).
    if (field.format === 'defaultLanguageRequiredWhenActive' && text === '' && isOn(object, 'active')) {
      throw invalid(field, resource, (property) => `Property ${property} is not valid`)
    }
    validate(field, text, resource)
    for (const other of textsOf(object, field)) validate({ ...field, required: false }, other, resource)
  }
  for (const field of resource.fields.filter(({ multilingual }) => !multilingual)) {
    validate(field, object.values[field.name] ?? '', resource)
  }
}

const sentTexts = (element: Element | undefined): Texts => {
  const texts = element?.children.filter(({ name }) => name === 'language') ?? []
  if (texts.length === 0) return element?.text ?? ''
  return Object.fromEntries(texts.map((text) => [String(phpInt(text.attributes['id'] ?? '')), text.text]))
}

/** Sets what was sent; POST and PUT null what was left out, PATCH keeps it (PRESTASHOP.md, 7). */
const assign = (
  object: ShopRecord,
  entity: Element,
  resource: Resource,
  method: WriteMethod,
  { allWritable, work }: { readonly allWritable: boolean; readonly work: Work }
): void => {
  for (const field of resource.fields) {
    const element = childOf(entity, field.name)
    if (field.multilingual) {
      if (element || method !== 'PATCH') object.texts[field.name] = sentTexts(element)
    } else if (element) {
      if (field.readOnly && !allWritable) {
        throw refuse(400, 93, `parameter "${field.name}" not writable. Please remove this attribute of this XML`)
      }
      const setter = resource.objectClass.setters?.[field.name]
      if (setter) setter(object, element.text, work)
      else object.values[field.name] = element.text
    } else if (method !== 'PATCH') {
      if (field.required) throw refuse(400, 41, `parameter "${field.name}" required`)
      object.values[field.name] = null
    }
  }
}

/** Comes after the row, which stays when an association is unknown (`customers-post-bad-association.txt`). */
const associate = (object: ShopRecord, entity: Element, resource: Resource, store: Store): void => {
  for (const association of childOf(entity, 'associations')?.children ?? []) {
    if (!resource.associations.some(({ name }) => name === association.name)) {
      throw refuse(400, 86, `The association "${association.name}" does not exists`)
    }
    const entries = association.children.map(({ children }) =>
      Object.fromEntries(children.map(({ name, text }) => [name, text]))
    )
    const { rows, takes } = resource.objectClass
    if (rows?.[association.name]) continue
    const taken = takes?.[association.name]?.(entries) ?? { entries }
    store.associate(resource.name, object.id, association.name, taken.entries)
    if (taken.warning) throw new WebserviceError(500, [taken.warning])
  }
}

const checkIds = (entities: readonly Element[], method: WriteMethod): void => {
  const ids = entities.map((entity) => textOf(entity, 'id') ?? '').filter((id) => id !== '')
  if (method === 'POST') {
    if (ids.length > 0) throw refuse(400, 91, 'id is forbidden when adding a new resource')
    return
  }
  if (new Set(ids.map(phpInt)).size < ids.length) throw refuse(400, 89, 'id is duplicate in request')
  if (ids.length < entities.length) throw refuse(400, 90, 'id is required when modifying a resource')
}

const objectFor = (entity: Element, resource: Resource, method: WriteMethod, store: Store): ShopRecord => {
  if (method === 'POST') return newRecord()
  const record = store.find(resource.name, phpInt(textOf(entity, 'id') ?? ''))
  if (!record) throw refuse(404, 92, 'Invalid ID')
  return copyOf(record)
}

const write = async (object: ShopRecord, resource: Resource, method: WriteMethod, work: Work): Promise<void> => {
  const { name, objectClass } = resource
  if (method === 'POST') {
    if (objectClass.addWs) await objectClass.addWs(object, work)
    else work.insert(name, object)
    return
  }
  work.update(name, object)
  objectClass.updateWs?.(object, work)
}

/**
 * Writes every entity of a posted document, whatever its node is called, and returns them as they are in memory:
 * the echo that the shop answers, not what it stored (`customers-post-201.txt`). Throws `WebserviceError` at the
 * first refusal; what was written before stays.
 */
export const save = async (
  document: Element,
  resource: Resource,
  method: WriteMethod,
  context: SaveContext
): Promise<readonly ShopRecord[]> => {
  const { store } = context
  checkIds(document.children, method)
  const objects: ShopRecord[] = []
  for (const entity of document.children) {
    const object = objectFor(entity, resource, method, store)
    const work = context.begin()
    try {
      assign(object, entity, resource, method, { allWritable: context.allWritable, work })
      validateAll(object, resource, store.languages()[0] ?? '')
      await write(object, resource, method, work)
    } finally {
      await context.fire(work.changes)
    }
    associate(object, entity, resource, store)
    // The answer reads associations from their table.
    object.associations = store.find(resource.name, object.id)?.associations ?? object.associations
    objects.push(object)
  }
  return objects
}
