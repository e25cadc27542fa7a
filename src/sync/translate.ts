import * as v from 'valibot'
import { asOdooId, type OdooId } from '../ledger/ids.ts'
import type { ActionType, Operation } from '../ledger/operation.ts'
import { canonical, type FieldType } from '../prestashop/canonical.ts'
import { asShopId, type ShopId } from '../prestashop/record.ts'
import { checkField, fieldsOf } from '../prestashop/resources.ts'
import type { Entity } from './entity.ts'
import { SyncError } from './errors.ts'

/** Which operation a value came with, and when it was said. */
export interface Origin {
  /** Milliseconds since 1970. */
  readonly sourceTime: number
  readonly operationId: string
}

/** A value that Odoo wants a field to have. */
export interface WantedValue extends Origin {
  /** Canonical text. */
  readonly value: string
}

/** The ways in which a payload names a customer. */
export interface CustomerNames {
  readonly id_customer?: ShopId
  readonly customer_odoo_id?: OdooId
  readonly customer_email?: string
}

/** A payload in the shop's terms. */
export interface Translation {
  readonly origin: Origin
  /** What is to be written. */
  readonly fields: ReadonlyMap<string, WantedValue>
  /** All that the payload tells, canonical: what a natural key is looked for in. */
  readonly given: ReadonlyMap<string, string>
  /** `data.id`, as the sender wrote it. */
  readonly id: ShopId | undefined
  readonly customer: CustomerNames
  /** The entity's own keys beside its fields, as they were sent. */
  readonly extras: Readonly<Record<string, unknown>>
  /** Keys of `data` that mean nothing to this entity. */
  readonly ignored: readonly string[]
}

interface Problem {
  readonly field: string
  readonly message: string
}

const payloadSchema = v.object({ data: v.nullish(v.record(v.string(), v.unknown()), {}) })

const isEmpty = (value: unknown): boolean => value === null || value === '' || value === false

/** Odoo writes `false` for an empty text, date or id; so does `null`. */
const toText = (type: FieldType, value: unknown): string | undefined => {
  switch (type) {
    case 'bool':
      if (value === true || value === 1 || value === '1' || value === 'true') return '1'
      return value === false || value === 0 || value === '0' || value === 'false' ? '0' : undefined
    case 'id':
    case 'integer':
      if (isEmpty(value)) return '0'
      if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined
      return typeof value === 'string' && /^\d{1,15}$/.test(value) ? String(Number(value)) : undefined
    case 'decimal':
    case 'percent':
      if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined
      return typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,9})?$/.test(value) ? value : undefined
    default:
      if (value === null || value === false) return ''
      if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined
      return typeof value === 'string' ? value : undefined
  }
}

const expected: Readonly<Record<FieldType, string>> = {
  bool: 'must be true or false',
  id: 'must be an id: a whole number, or null for none',
  integer: 'must be a whole number, zero or more',
  decimal: 'must be a number such as 12.5',
  percent: 'must be a number such as 12.5',
  date: 'must be a date such as 2026-01-31, or null',
  datetime: 'must be a date and time such as 2026-01-31 12:00:00, or null',
  text: 'must be a text, or null'
}

const isCustomerName = (key: string): key is keyof CustomerNames => Object.hasOwn(customerNames, key)

const customerNames: { readonly [Name in keyof CustomerNames]-?: (value: unknown) => CustomerNames[Name] } = {
  id_customer: (value) => (typeof value === 'number' || typeof value === 'string' ? asShopId(value) : undefined),
  customer_odoo_id: asOdooId,
  customer_email: (value) => (typeof value === 'string' && value.includes('@') ? value : undefined)
}

/** The field that a key of the payload means. */
export const fieldOf = (entity: Entity, key: string): string | undefined =>
  Object.hasOwn(entity.fields, key)
    ? key
    : Object.keys(entity.fields).find((field) => entity.fields[field]?.aliases?.includes(key))

type Reading = { readonly text: string; readonly problem?: undefined } | { readonly text?: undefined; readonly problem: string }

const readValue = (entity: Entity, field: string, value: unknown): Reading => {
  const own = entity.fields[field]?.read
  if (own) {
    const text = own.parse(value)
    return text === undefined ? { problem: own.expected } : { text }
  }
  const { type } = fieldsOf(entity.resource)[field]!
  const text = toText(type, value)
  const problem = text === undefined ? expected[type] : checkField(entity.resource, field, text)
  if (text === undefined || problem !== undefined) return { problem: problem ?? expected[type] }
  const form = canonical(type, text)
  const refused = entity.fields[field]?.check?.(form)
  return refused === undefined ? { text: form } : { problem: refused }
}

/**
 * Translates the payload of an operation: values become canonical texts that satisfy the shop's own rules.
 * @throws SyncError `validation`, naming the first field that is wrong and telling of all
 */
export const translate = (entity: Entity, operation: Operation): Translation => {
  const { data } = v.parse(payloadSchema, JSON.parse(operation.source_payload ?? '{}'))
  const origin = { sourceTime: operation.source_timestamp, operationId: operation.operation_id }
  return translateData(entity, operation.action_type, data, origin)
}

/**
 * As `translate`, of data under the shop's names.
 * @throws SyncError `validation`
 */
export const translateData = (
  entity: Entity,
  action: ActionType,
  data: Readonly<Record<string, unknown>>,
  origin: Origin
): Translation => {
  const fields = new Map<string, WantedValue>()
  const extras: Record<string, unknown> = {}
  const ignored: string[] = []
  const problems: Problem[] = []
  const customer: { -readonly [Name in keyof CustomerNames]: CustomerNames[Name] } = {}
  let id: ShopId | undefined
  let namesNobody = false

  const given = new Map<string, string>()
  const want = (field: string, value: string): void => {
    fields.set(field, { ...origin, value })
  }

  for (const [key, value] of Object.entries(data)) {
    if (key === 'id') {
      id = typeof value === 'number' || typeof value === 'string' ? asShopId(value) : undefined
      if (id === undefined && !isEmpty(value)) problems.push({ field: key, message: expected.id })
    } else if (entity.belongsToCustomer && isCustomerName(key)) {
      if (isEmpty(value) || (!entity.needsCustomer && (value === 0 || value === '0'))) {
        namesNobody = true
        continue
      }
      const parsed = customerNames[key](value)
      if (parsed === undefined) problems.push({ field: key, message: key === 'customer_email' ? 'must be an email address' : expected.id })
      else Object.assign(customer, { [key]: parsed })
    } else if (fieldOf(entity, key) !== undefined) {
      const field = fieldOf(entity, key)!
      const { text, problem } = readValue(entity, field, value)
      if (problem !== undefined) problems.push({ field: key, message: problem })
      else if (given.has(field) && given.get(field) !== text) problems.push({ field: key, message: `contradicts ${field}` })
      else given.set(field, text)
    } else if (entity.extras?.includes(key)) {
      extras[key] = value
    } else {
      ignored.push(key)
    }
  }
  // Where a record may do without a customer, "nobody" is a wish; who is named by another key comes before it.
  const mayBeNobodys = Object.hasOwn(entity.fields, 'id_customer') && !entity.needsCustomer
  if (namesNobody && mayBeNobodys) given.set('id_customer', '0')

  if (action === 'deleted') {
    // Only the identity counts: a value that could not be written does no harm.
    if (entity.deletion !== 'remove') for (const [field, value] of Object.entries(entity.deletion)) want(field, value)
  } else {
    refuse(problems)
    for (const [field, value] of given) want(field, value)
  }
  return { origin, fields, given, id, customer, extras, ignored }
}

/** @throws SyncError `validation` when there is a problem */
export const refuse = (problems: readonly Problem[]): void => {
  if (problems.length === 0) return
  const message = problems.map((problem) => `${problem.field} ${problem.message}`).join('; ')
  throw new SyncError('validation', message, problems[0]!.field)
}
