import type { Db } from './database.ts'
import type { Lane } from './operation.ts'

/** The link between a record of Odoo and one of the shop. */
export interface Binding extends Lane {
  readonly shop_id: number
  /** The `date_add` of the shop's record, in shop time; `null` = not known. */
  readonly record_date: string | null
}

export type NewBinding = Omit<Binding, 'record_date'> & Partial<Pick<Binding, 'record_date'>>

export const bindingsTable = (db: Db) => {
  const byOdoo = db.prepare<[string, string, number], Binding>(
    'SELECT * FROM bindings WHERE entity_type = ? AND odoo_model = ? AND odoo_id = ?'
  )
  const byShop = db.prepare<[string, string, number], Binding>(
    'SELECT * FROM bindings WHERE entity_type = ? AND odoo_model = ? AND shop_id = ?'
  )
  const insert = db.prepare(`
    INSERT INTO bindings (entity_type, odoo_model, odoo_id, shop_id, record_date, date_add) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (entity_type, odoo_model, odoo_id) DO UPDATE SET record_date = coalesce(excluded.record_date, record_date)
      WHERE shop_id = excluded.shop_id`)
  const remove = db.prepare('DELETE FROM bindings WHERE entity_type = ? AND odoo_model = ? AND odoo_id = ?')
  const removeByShop = db.prepare('DELETE FROM bindings WHERE entity_type = ? AND odoo_model = ? AND shop_id = ?')
  const list = db.prepare<[string | null, string | null, number], Binding>(
    'SELECT * FROM bindings WHERE ? IS NULL OR entity_type = ? ORDER BY entity_type, odoo_id LIMIT ?'
  )

  return {
    /** The shop's id that a record of Odoo is bound to. */
    find: (lane: Lane): Binding | undefined => byOdoo.get(lane.entity_type, lane.odoo_model, lane.odoo_id),
    /** The record of Odoo that has a record of the shop. */
    owner: (entityType: string, odooModel: string, shopId: number): Binding | undefined =>
      byShop.get(entityType, odooModel, shopId),
    /**
     * Binds, unless the operator has bound it to another record meanwhile. A record of the shop that another one has is
     * never taken over silently: SQLite refuses.
     */
    bind: ({ entity_type, odoo_model, odoo_id, shop_id, record_date = null }: NewBinding): void => {
      insert.run(entity_type, odoo_model, odoo_id, shop_id, record_date, Date.now())
    },
    /** The operator's decision: whoever had the record of the shop loses it. */
    rebind: ({ entity_type, odoo_model, odoo_id, shop_id, record_date = null }: NewBinding): void => {
      removeByShop.run(entity_type, odoo_model, shop_id)
      remove.run(entity_type, odoo_model, odoo_id)
      insert.run(entity_type, odoo_model, odoo_id, shop_id, record_date, Date.now())
    },
    remove: (lane: Lane): boolean => remove.run(lane.entity_type, lane.odoo_model, lane.odoo_id).changes > 0,
    list: (entityType: string | undefined, limit: number): Binding[] =>
      list.all(entityType ?? null, entityType ?? null, limit)
  }
}

export type BindingsTable = ReturnType<typeof bindingsTable>
