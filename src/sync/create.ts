import type { ShopId } from '../prestashop/record.ts'
import { fieldsOf } from '../prestashop/resources.ts'
import { type Applied, inputOf, learn, nothing, textsOf, wantedFields } from './applied.ts'
import type { Creation, Entity, Surroundings, Task, Texts } from './entity.ts'
import { SyncError } from './errors.ts'
import { markedCreation } from './marks.ts'
import { refuse, type WantedValue } from './translate.ts'

/**
 * Makes a record that the shop does not have.
 * @param customer the customer that the payload names
 * @throws SyncError `not_found` for an update, `validation` for a payload that does not suffice
 * @throws PrestashopError
 */
export const create = async (task: Task, customer: ShopId | undefined, surroundings: Surroundings): Promise<Applied> => {
  const { entity, translation } = task
  if (task.action === 'updated') {
    throw new SyncError(
      'not_found',
      `The shop has no ${entity.label} for this record of Odoo. Send it as "created" or "upserted", or bind it with "bindings set"`
    )
  }
  if (surroundings.ledger.isDeletedAfter(task.lane, translation.origin.sourceTime)) return { ...nothing, outcome: 'stale' }
  const wanted = wantedFields(task, customer)
  const { written, texts, problem } = await (entity.create?.(task, customer, surroundings) ??
    post(task, textsOf(wanted), surroundings))
  const learnt = new Map<string, WantedValue>()
  // Whatever Odoo says of these, also in an older webhook, is later.
  const notSaid = { ...translation.origin, sourceTime: 0 }
  for (const [field, { initial }] of Object.entries(entity.fields)) {
    if (initial !== undefined) learnt.set(field, { ...notSaid, value: initial })
  }
  for (const [field, value] of texts) learnt.set(field, wanted.get(field) ?? { ...notSaid, value })
  const dates = { own_date_upd: written.dateUpd ?? null, foreign_date_upd: null, foreign_fields: [] }
  return {
    outcome: 'created',
    entityId: written.id,
    updated: [...wanted.keys()],
    stale: [],
    kept: [],
    ...(problem ? { problem } : {}),
    learnt: learn(task, written.id, learnt, dates, surroundings, {
      recordDate: written.dateAdd,
      isNew: true,
      dateUpd: dates.own_date_upd
    })
  }
}

const post = async ({ entity }: Task, texts: Texts, surroundings: Surroundings): Promise<Creation> => {
  refuseIncomplete(entity, texts)
  await entity.checkReferences(texts, undefined, surroundings)
  const completion = await entity.completeCreation(surroundings)
  const input = await inputOf(entity, texts, undefined, surroundings)
  const fields = { ...completion.fields, ...input.fields }
  const known = Object.entries(fields).filter(([field]) => Object.hasOwn(entity.fields, field))
  const all = new Map([...known, ...texts])
  const write = () => surroundings.shop.create(entity.resource, { ...completion, ...input, fields }, surroundings.call)
  const written = await markedCreation(entity, entity.creationName((field) => all.get(field)), all, write, surroundings)
  return { written, texts: all }
}

/** Required fields that a creation lacks; an address without a customer would be nobody's. */
const refuseIncomplete = (entity: Entity, texts: Texts): void => {
  const required = Object.keys(entity.fields).filter(
    (field) => fieldsOf(entity.resource)[field]?.required || (entity.needsCustomer && field === 'id_customer')
  )
  refuse(
    required
      .filter((field) => !texts.has(field))
      .map((field) => ({
        field,
        message:
          field === 'id_customer'
            ? 'is missing: name the customer by id_customer, customer_odoo_id or customer_email'
            : `is missing: a new ${entity.label} needs it`
      }))
  )
}
