import { fieldsIn, isValues, matches, type Values } from './domain.ts'
import { accessError, missingError, validationError, valueError } from './exceptions.ts'
import { type Field, schemaOf, type Version } from './schema.ts'

interface Context {
  readonly active_test?: boolean
}

/** `2026-11-22 21:35:36.918276`: Odoo's times are in UTC, with microseconds in the database. */
export const timestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, -1).replace('T', ' ')}276`

/** A database of Odoo, in memory: records by model and id, with the rules of Odoo's ORM that the bridge meets. */
export class OdooDatabase {
  readonly version: Version
  readonly #schema: Map<string, Readonly<Record<string, Field>>>
  readonly #tables = new Map<string, Map<number, Values>>()
  readonly #lastIds = new Map<string, number>()
  /** Records that the user of the key may not read, as `model/id`; fields, as `model.field`; models that it may not use at all. */
  readonly forbidden = new Set<string>()
  /** What time it is. */
  clock: () => number = Date.now

  constructor(version: Version, without: readonly string[] = []) {
    this.version = version
    this.#schema = new Map([...schemaOf(version)].filter(([model]) => !without.includes(model)))
    for (const model of this.#schema.keys()) this.#tables.set(model, new Map())
    for (const [model, fields] of this.#schema) {
      const modelId = this.create('ir.model', { model, name: model })
      for (const [name, { type, store }] of Object.entries(fields)) {
        this.create('ir.model.fields', { model, name, field_description: name, model_id: modelId, ttype: type, store })
      }
    }
  }

  has(model: string): boolean {
    return this.#schema.has(model)
  }

  fieldsOf(model: string): Readonly<Record<string, Field>> {
    const fields = this.#schema.get(model)
    if (!fields) throw new Error(`no model ${model}`)
    return fields
  }

  #table(model: string): Map<number, Values> {
    const table = this.#tables.get(model)
    if (!table) throw new Error(`no model ${model}`)
    return table
  }

  #field(model: string, name: string): Field {
    const field = this.fieldsOf(model)[name]
    if (!field) throw valueError(`Invalid field '${name}' on '${model}'`)
    return field
  }

  /** A record as it is stored; tests look with it and change what the API would not. */
  row(model: string, id: number): Values {
    const row = this.#table(model).get(id)
    if (!row) throw missingError(model, id)
    return row
  }

  rows(model: string): Values[] {
    return [...this.#table(model).values()]
  }

  create(model: string, values: Values): number {
    const table = this.#table(model)
    const id = (this.#lastIds.get(model) ?? 0) + 1
    this.#lastIds.set(model, id)
    const now = timestamp(this.clock())
    const row: Values = { id, create_date: now, write_date: now }
    for (const [name, { type }] of Object.entries(this.fieldsOf(model))) row[name] ??= type.endsWith('2many') ? [] : false
    if ('active' in row) row['active'] = true
    table.set(id, row)
    this.#assign(model, row, values)
    for (const [name, { required }] of Object.entries(this.fieldsOf(model))) {
      if (!required || row[name] !== false) continue
      table.delete(id)
      throw validationError(`The operation cannot be completed: Missing required value for the field '${name}' (${name}).`)
    }
    this.#constrain(model, row, values)
    return id
  }

  write(model: string, ids: readonly number[], values: Values): void {
    for (const id of ids) {
      const row = this.row(model, id)
      this.#assign(model, row, values)
      row['write_date'] = timestamp(this.clock())
      this.#constrain(model, row, values)
    }
  }

  unlink(model: string, ids: readonly number[]): void {
    for (const id of ids) {
      this.row(model, id)
      this.#table(model).delete(id)
    }
  }

  /** Values are stored, lists of records changed by commands: `[0, 0, values]`, `[3, id]`, `[4, id]`, `[6, 0, ids]`. */
  #assign(model: string, row: Values, values: Values): void {
    for (const [name, value] of Object.entries(values)) {
      const { type, relation, inverse } = this.#field(model, name)
      if (type.endsWith('2many') && Array.isArray(value)) row[name] = this.#command(row, name, relation ?? '', inverse, value)
      else row[name] = value ?? false
    }
  }

  #command(row: Values, name: string, relation: string, inverse: string | undefined, commands: readonly unknown[]): number[] {
    const before: unknown = row[name]
    let ids = Array.isArray(before) ? before.map(Number) : []
    for (const command of commands) {
      if (!Array.isArray(command)) throw valueError('Wrong value for a list of records: expected commands')
      const [verb, id, given]: unknown[] = command
      if (verb === 0) {
        ids = [...ids, this.create(relation, { ...(inverse === undefined ? {} : { [inverse]: row['id'] }), ...(isValues(given) ? given : {}) })]
      } else if (verb === 6) ids = Array.isArray(given) ? given.map(Number) : []
      else if (verb === 4) ids = [...new Set([...ids, Number(id)])]
      else if (verb === 3) ids = ids.filter((own) => own !== Number(id))
      else throw valueError(`Unknown command ${String(verb)}`)
    }
    return inverse === undefined ? ids : []
  }

  /** What Odoo computes and refuses about automation rules (addons/base_automation, odoo/addons/base/models/ir_actions.py). */
  #constrain(model: string, row: Values, values: Values): void {
    // Stored, and computed from the trigger: whoever writes the trigger alone loses them.
    if (model === 'base.automation' && 'trigger' in values) {
      const keepsFields = 'trigger_field_ids' in values || (this.version !== 17 && row['trigger'] === 'on_create_or_write')
      if (!keepsFields) row['trigger_field_ids'] = []
      if (!('filter_domain' in values)) row['filter_domain'] = false
    }
    if (model !== 'ir.actions.server') return
    if (this.version === 17 && row['base_automation_id'] !== false) row['name'] = 'Send Webhook Notification'
    const chosen: unknown = row['webhook_field_ids']
    const names = (Array.isArray(chosen) ? chosen : []).map((id) => String(this.row('ir.model.fields', Number(id))['name']))
    const own = String(this.row('ir.model', Number(row['model_id']))['model'])
    if (names.some((name) => this.fieldsOf(own)[name]?.restricted)) {
      throw validationError('Group-restricted fields cannot be included in webhook payloads, as it could allow any user to accidentally leak sensitive information.')
    }
  }

  search(model: string, domain: readonly unknown[], { active_test: isTested = true }: Context = {}): number[] {
    const hasActive = 'active' in this.fieldsOf(model) && isTested && !fieldsIn(domain).includes('active')
    return this.rows(model)
      .filter((row) => !hasActive || row['active'] === true)
      .filter((row) => !this.forbidden.has(`${model}/${String(row['id'])}`))
      .filter((row) => matches(this.#values(model, row, fieldsIn(domain)), domain))
      .map((row) => Number(row['id']))
  }

  /** As `read` with `load=None` does: missing records are left out, forbidden ones are an error. */
  read(model: string, ids: readonly number[], names: readonly string[], context: Context = {}): Values[] {
    for (const name of names) if (name !== 'id') this.#field(model, name)
    const forbidden = ids.find((id) => this.forbidden.has(`${model}/${id}`))
    if (forbidden !== undefined) throw accessError(model, 'read')
    return ids.flatMap((id) => {
      const row = this.#table(model).get(id)
      return row ? [{ ...this.#values(model, row, names, context), id }] : []
    })
  }

  #values(model: string, row: Values, names: readonly string[], context: Context = {}): Values {
    const values: Values = { id: row['id'] }
    for (const name of names) if (name !== 'id') values[name] = this.#value(model, row, name, context)
    return values
  }

  #value(model: string, row: Values, name: string, context: Context): unknown {
    const { type, relation, inverse } = this.#field(model, name)
    if (model === 'res.partner' && name === 'country_code') {
      return row['country_id'] === false ? false : this.row('res.country', Number(row['country_id']))['code']
    }
    if (model === 'base.automation' && name === 'model_name') return this.row('ir.model', Number(row['model_id']))['model']
    if (inverse !== undefined) return this.search(relation ?? '', [[inverse, '=', row['id']]], context)
    if (type === 'datetime' && typeof row[name] === 'string') return row[name].slice(0, 19)
    return row[name]
  }
}
