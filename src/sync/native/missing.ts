import { canonicalJson } from '../../http/json.ts'
import type { Lane } from '../../ledger/operation.ts'
import { AUTOMATION_SOURCE, type Operation } from '../../ledger/operation.ts'
import { MissingRecordError } from '../customer-of.ts'
import type { Surroundings } from '../entity.ts'
import { SyncError } from '../errors.ts'
import { whyLeftAlone } from './left-alone.ts'

/** What is waited for is not going to come: the record of Odoo that would bring it is left alone. */
export class LeftAloneError extends SyncError {
  readonly reason: string

  constructor(reason: string, field: string | undefined) {
    super('validation', `${reason}. Change that in Odoo, then try this again ("operations retry")`, field)
    this.reason = reason
  }
}

/** Odoo's own record: the webhooks about it have its model as their entity. */
const laneOf = ({ odoo_model, odoo_id }: Lane): Lane => ({ entity_type: odoo_model, odoo_model, odoo_id })

/**
 * Stores an operation as if a webhook about the record had come.
 * @param payload the webhook that came when it was left alone; without one Odoo's API tells all fields
 */
export const askFor = async (record: Lane, payload: string | undefined, { ledger, call }: Surroundings): Promise<void> => {
  const { odoo_model: model, odoo_id: id } = record
  const asked = payload ?? JSON.stringify({ _action: `asked for by ${call.operationId}`, _id: id, _model: model })
  const now = Date.now()
  await ledger.accept({
    ...laneOf(record),
    event_id: null,
    action_type: 'upserted',
    source: AUTOMATION_SOURCE,
    source_payload: asked,
    payload_hash: ledger.payloadHash(canonicalJson(JSON.parse(asked))),
    received_at: now,
    source_timestamp: now,
    recognisable: false
  })
}

/** Each attempt that lacks something new asks once, so that an answer that does not help ends in waiting. */
const isFirstTime = (operation: Operation, { field }: MissingRecordError): boolean =>
  operation.error_kind !== 'dependency' || operation.error_field !== (field ?? null)

/**
 * What becomes of a native webhook that needs what the shop does not have yet. With Odoo's API the record that brings
 * it is asked for, whether or not a rule tells of it; without, its own webhook is waited for. Where that record is
 * known to be none of the shop's business, the waiting is over.
 * @returns the error to go on with: `missing` itself to wait, or why it is not worth it
 */
export const resolveMissing = async (
  missing: MissingRecordError,
  operation: Operation,
  surroundings: Surroundings
): Promise<SyncError> => {
  const { ledger, odoo } = surroundings
  const { bringer } = missing
  if (!bringer || ledger.isOpen(laneOf(bringer))) return missing
  const reason = whyLeftAlone(bringer, surroundings)
  const { entity_type, odoo_model, odoo_id } = bringer
  const isAsked = odoo !== undefined && isFirstTime(operation, missing)
  if (isAsked) await askFor(bringer, undefined, surroundings)
  if (isAsked || (odoo && reason === undefined)) {
    const what = `The shop has no ${entity_type} of Odoo's ${odoo_model} ${odoo_id} yet`
    const how = `Odoo has been asked for it: "operations list --text ${odoo_id}" tells what became of that`
    return new MissingRecordError(`${what}. ${how}`, missing.field ?? 'id', missing.awaited, bringer)
  }
  if (reason === undefined) return missing
  return new LeftAloneError(`${odoo_model} ${odoo_id} of Odoo is no ${entity_type} of the shop: ${reason}`, missing.field)
}
