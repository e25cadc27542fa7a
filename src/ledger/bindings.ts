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
  const list = db.prepare<Record<'entity_type' | 'odoo_id' | 'shop_id' | 'limit', string | number | null>, Binding>(`
    SELECT * FROM bindings
    WHERE (:entity_type IS NULL OR entity_type = :entity_type) AND (:odoo_id IS NULL OR odoo_id = :odoo_id)
      AND (:shop_id IS NULL OR shop_id = :shop_id)
    ORDER BY entity_type, odoo_id LIMIT :limit`)

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
    list: (entityType: string | undefined, limit: number, { odoo_id, shop_id }: Partial<Pick<Binding, 'odoo_id' | 'shop_id'>> = {}): Binding[] =>
      list.all({ entity_type: entityType ?? null, odoo_id: odoo_id ?? null, shop_id: shop_id ?? null, limit })
  }
}

export type BindingsTable = ReturnType<typeof bindingsTable>
