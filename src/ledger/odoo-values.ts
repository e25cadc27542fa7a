import * as v from 'valibot'
import type { Db } from './database.ts'
import type { OdooId } from './ids.ts'

/** A value that Odoo told, and when, milliseconds since 1970. */
export interface ToldValue {
  readonly value: unknown
  readonly at: number
}

export type ToldValues = ReadonlyMap<string, ToldValue>

/** What is kept of one record of Odoo. */
export interface OdooRecord {
  readonly odoo_model: string
  readonly odoo_id: OdooId
  /** The record that it is a part of; 0 = none. */
  readonly parent_id: number
  /** By what other records name it; `''` = nothing. */
  readonly name: string
  readonly values: ToldValues
}

interface Row extends Omit<OdooRecord, 'values'> {
  readonly fields: string
}

const fieldsSchema = v.record(v.string(), v.tuple([v.unknown(), v.number()]))

const toRecord = ({ fields, ...row }: Row): OdooRecord => ({
  ...row,
  values: new Map(Object.entries(v.parse(fieldsSchema, JSON.parse(fields))).map(([field, [value, at]]) => [field, { value, at }]))
})

/** What native webhooks last told about records that are parts of others; never personal data. */
export const odooValuesTable = (db: Db) => {
  const columns = 'odoo_model, odoo_id, parent_id, name, fields'
  const get = db.prepare<[string, number], Row>(`SELECT ${columns} FROM odoo_values WHERE odoo_model = ? AND odoo_id = ?`)
  const ofParent = db.prepare<[number, string], Row>(
    `SELECT ${columns} FROM odoo_values WHERE parent_id = ? AND odoo_model = ? ORDER BY odoo_id`
  )
  const named = db.prepare<[string, string], Row>(
    `SELECT ${columns} FROM odoo_values WHERE name = ? AND odoo_model = ? AND name <> '' ORDER BY odoo_id DESC LIMIT 1`
  )
  const set = db.prepare(`
    INSERT INTO odoo_values (odoo_model, odoo_id, parent_id, name, fields, date_upd) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (odoo_model, odoo_id) DO UPDATE
      SET parent_id = excluded.parent_id, name = excluded.name, fields = excluded.fields, date_upd = excluded.date_upd`)
  const remove = db.prepare('DELETE FROM odoo_values WHERE odoo_model = ? AND odoo_id = ?')
  const one = (row: Row | undefined): OdooRecord | undefined => row && toRecord(row)

  return {
    find: (model: string, id: number): OdooRecord | undefined => one(get.get(model, id)),
    /** The records of a model that are parts of another one, by id. */
    partsOf: (model: string, parentId: number): OdooRecord[] => ofParent.all(parentId, model).map(toRecord),
    /** The record that others name so; of several the newest. */
    named: (model: string, name: string): OdooRecord | undefined => one(named.get(name, model)),
    set: ({ odoo_model, odoo_id, parent_id, name, values }: OdooRecord): void => {
      const fields = Object.fromEntries(Array.from(values, ([field, { value, at }]) => [field, [value, at]]))
      set.run(odoo_model, odoo_id, parent_id, name, JSON.stringify(fields), Date.now())
    },
    remove: (model: string, id: number): void => {
      remove.run(model, id)
    }
  }
}
