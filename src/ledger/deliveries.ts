import type { Db } from './database.ts'
import type { Acceptance, NewOperation } from './operation.ts'

/**
 * Which operations a signed webhook has become, by its `webhook-id` and the place in its batch. Kept as long as the
 * operation is. Every function is one step inside the caller's transaction.
 */
export const deliveriesTable = (db: Db) => {
  const find = db.prepare<[string, number], { payload_hash: string; operation_id: string }>(
    'SELECT payload_hash, operation_id FROM deliveries WHERE webhook_id = ? AND position = ?'
  )
  const insert = db.prepare('INSERT INTO deliveries (webhook_id, position, payload_hash, operation_id) VALUES (?, ?, ?, ?)')

  return {
    /** Accepts a webhook, unless its id has been here: then the operation of the first time is told, and nothing is done. */
    once({ delivery, payload_hash }: NewOperation, accept: () => Acceptance): Acceptance {
      if (!delivery) return accept()
      const { webhook_id, position } = delivery
      const known = find.get(webhook_id, position)
      if (!known) {
        const acceptance = accept()
        insert.run(webhook_id, position, payload_hash, acceptance.operation_id)
        return acceptance
      }
      const { operation_id } = known
      const isSame = known.payload_hash === payload_hash
      return { operation_id, duplicate: isSame, event_id_reused: false, ...(isSame ? {} : { webhook_id_reused: true }) }
    }
  }
}
