import { createSnapshot, type Snapshot } from '../snapshot.ts'
import type { OdooClient, OdooField, OdooRecord } from './client.ts'
import { createNames, type OdooNames } from './names.ts'
import { fieldsOfModel } from './rules.ts'
import { readSaleOrder, type SaleOrder } from './sale-order.ts'
import { type Announcement, isSettled } from './settled.ts'

export type { Announcement } from './settled.ts'

/**
 * What Odoo has of an announced record:
 * - its values, in the shape of a native webhook;
 * - `absent`: it is not there: deleted, or not stored yet;
 * - `not yet`: it is older than the webhook, or not deleted yet.
 * 17 and 18 announce before the commit: ask again for up to ten minutes. Then a record that is there was not deleted,
 * one that is not there was never stored, and else the webhook's own values count.
 */
export type Fresh = { readonly values: Readonly<Record<string, unknown>> } | 'absent' | 'not yet'

export interface OdooReader extends OdooNames {
  /**
   * One record in the shape of a native webhook; fields that Odoo does not have, or that the key's user may not read,
   * are left out. `undefined` when Odoo does not have the record.
   * @throws OdooError
   */
  read(model: string, id: number, fields: readonly string[]): Promise<OdooRecord | undefined>
  /** @throws OdooError */
  fresh(announcement: Announcement): Promise<Fresh>
  /** All that a new order of the shop is made of; `undefined` when the order is gone. @throws OdooError */
  saleOrder(id: number): Promise<SaleOrder | undefined>
}

/** Fields come and go with Odoo's apps and with the rights of the key's user. */
const FIELDS_KEPT_MS = 600_000

/** Reads what webhooks leave out: the record as it is now, and the names behind its ids. */
export const createOdooReader = (odoo: OdooClient): OdooReader => {
  const fields = new Map<string, Snapshot<Readonly<Record<string, OdooField>>>>()

  /** Those of the fields that Odoo has and the key's user may read. */
  const readable = async (model: string, wanted: readonly string[]): Promise<string[]> => {
    const snapshot = fields.get(model) ?? createSnapshot(() => odoo.fieldsGet(model), FIELDS_KEPT_MS)
    fields.set(model, snapshot)
    const known = await snapshot.read()
    return [...new Set(wanted)].filter((name) => name in known && name !== 'id')
  }

  const readOne = async (model: string, id: number, wanted: readonly string[]): Promise<OdooRecord | undefined> =>
    (await odoo.read(model, [id], await readable(model, wanted)))[0]

  return {
    ...createNames(odoo),

    read: readOne,

    fresh: async (announcement) => {
      const { model, id, deleted, values = {}, fields: wanted = fieldsOfModel(model) } = announcement
      if (deleted) return (await odoo.read(model, [id], ['id'])).length === 0 ? 'absent' : 'not yet'
      const told = Object.keys(values).filter((name) => !name.startsWith('_'))
      const record = await readOne(model, id, [...wanted, ...told, 'write_date'])
      if (!record) return 'absent'
      if (!isSettled(record, announcement, await odoo.version())) return 'not yet'
      // What the key's user may not read stays as the webhook has it.
      return { values: { ...values, ...record, _model: model, _id: id } }
    },

    saleOrder: (id) => readSaleOrder(odoo, readable, id)
  }
}
