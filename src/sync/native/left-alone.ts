import { asOdooId, type OdooId } from '../../ledger/ids.ts'
import type { Lane } from '../../ledger/operation.ts'
import type { OdooRecord, ToldValues } from '../../ledger/odoo-values.ts'
import type { Surroundings } from '../entity.ts'

/** What is kept about a record that was left alone because of another one: the operation that told of it. */
const FOLLOWS = 'left by'
/** That its deletion has been told. */
const GONE = 'deleted'
const DELETED = 'it was deleted in Odoo'

/** Texts without personal data, by what they are about. */
const note = (model: string, id: OdooId, texts: Readonly<Record<string, string>>, { ledger }: Surroundings, parent = 0): void => {
  const known = ledger.odooValues.find(model, id)
  const news = Object.entries(texts).filter(([name, text]) => (known?.values.get(name)?.value ?? '') !== text)
  if (news.length === 0 && (parent === 0 || parent === known?.parent_id)) return
  const at = Date.now()
  ledger.odooValues.set({
    odoo_model: model,
    odoo_id: id,
    parent_id: parent === 0 ? (known?.parent_id ?? 0) : parent,
    name: known?.name ?? '',
    values: new Map([...(known?.values ?? []), ...news.map(([name, value]) => [name, { value, at }] as const)])
  })
}

/**
 * Notes why a record of Odoo makes no record of the shop, for whoever waits for that.
 * @param reasons by the shop's entity; `''` = it makes one
 */
export const noteLeftAlone = (model: string, id: OdooId, reasons: Readonly<Record<string, string>>, surroundings: Surroundings): void =>
  note(model, id, { ...reasons, [GONE]: '' }, surroundings)

/** Why no such record of the shop is made; `undefined` = nothing is known of that. */
export const whyLeftAlone = ({ entity_type, odoo_model, odoo_id }: Lane, { ledger }: Surroundings): string | undefined => {
  const reason = ledger.odooValues.find(odoo_model, odoo_id)?.values.get(entity_type)?.value
  return typeof reason === 'string' && reason !== '' ? reason : undefined
}

/** Notes that a record was left alone only because of its parent. */
export const noteFollower = (model: string, id: OdooId, parent: OdooId, surroundings: Surroundings): void =>
  note(model, id, { [FOLLOWS]: surroundings.call.operationId }, surroundings, parent)

const followedBy = ({ values }: OdooRecord): string | undefined => {
  const operation = values.get(FOLLOWS)?.value
  return typeof operation === 'string' && operation !== '' ? operation : undefined
}

/** It is no longer left alone for that. */
export const forgetFollower = (model: string, id: OdooId, surroundings: Surroundings): void => {
  note(model, id, { [FOLLOWS]: '' }, surroundings)
}

/** The records that were left alone because of this one, and the operations that told of them. */
export const followersOf = (model: string, parent: OdooId, { ledger }: Surroundings): { readonly id: OdooId; readonly operationId: string }[] =>
  ledger.odooValues.partsOf(model, parent).flatMap((record) => {
    const operationId = followedBy(record)
    const id = asOdooId(record.odoo_id)
    return operationId === undefined || id === undefined ? [] : [{ id, operationId }]
  })

/**
 * Notes that a record was deleted in Odoo; nothing else is kept of it.
 * @param entityTypes what it was in the shop
 */
export const noteDeleted = (model: string, id: OdooId, entityTypes: readonly string[], { ledger }: Surroundings): void => {
  const at = Date.now()
  const values = new Map([...entityTypes, GONE].map((name) => [name, { value: DELETED, at }]))
  ledger.odooValues.set({ odoo_model: model, odoo_id: id, parent_id: 0, name: '', values })
}

/** Whether Odoo's record was deleted there, by all that has been told. */
export const isDeleted = (record: OdooRecord | undefined): boolean => Boolean(record?.values.get(GONE)?.value)

/** What is kept of a record that is told of again. */
export const aliveAgain = (values: ToldValues): ToldValues => new Map([...values].filter(([name]) => name !== GONE))
