import type { Db } from './database.ts'
import type { Lane, Operation, OperationFilter, Status } from './operation.ts'

/** Spelt out: a query uses a partial index only when it repeats the index's condition word by word. */
const BY_STATUS: Readonly<Record<Status, string>> = {
  pending: "status = 'pending'",
  processing: "status = 'processing'",
  success: "status = 'success'",
  failed: "status = 'failed'"
}

/** Where a payload has what people know a record by. */
const NAMES = ['reference', 'code', 'email', 'customer_email'].map((key) => `json_extract(source_payload, '$.data.${key}')`)

const TEXT = `(:text IN (operation_id, event_id) OR :text COLLATE NOCASE IN (${NAMES.join(', ')}) OR :number IN (odoo_id, entity_id))`

type Criteria = Omit<OperationFilter, 'limit'>

const whereOf = ({ status, entity_type, outcome, received_from, text, before }: Criteria): string => {
  const conditions = [
    ...(status === undefined ? [] : [BY_STATUS[status]]),
    ...(entity_type === undefined ? [] : ['entity_type = :entity_type']),
    ...(outcome === undefined ? [] : ['outcome = :outcome']),
    ...(received_from === undefined ? [] : ['received_at >= :received_from']),
    ...(text === undefined ? [] : [TEXT]),
    ...(before === undefined ? [] : ['sequence < :before_sequence'])
  ]
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
}

const parametersOf = ({ status: _status, text, before, ...rest }: Criteria) => ({
  ...rest,
  ...(before === undefined ? {} : { before_sequence: before.sequence }),
  ...(text === undefined ? {} : { text, number: /^\d{1,15}$/.test(text) ? Number(text) : null })
})

/** Questions that people ask about the operations; the queue's own are in `operations.ts`. */
export const operationQueries = (db: Db) => {
  const startingWith = db.prepare<[string, string], Pick<Operation, 'operation_id'>>(
    'SELECT operation_id FROM operations WHERE operation_id >= ? AND operation_id < ? ORDER BY operation_id LIMIT 2'
  )
  const failed = db.prepare<[], { failed: number }>(`SELECT count(*) AS failed FROM operations WHERE ${BY_STATUS.failed}`)
  const firstOfLane = db.prepare<[string, string, number], Operation>(`
    SELECT * FROM operations WHERE entity_type = ? AND odoo_model = ? AND odoo_id = ? AND status IN ('pending', 'processing')
    ORDER BY status = 'processing' DESC, source_timestamp, sequence LIMIT 1`)

  return {
    /** The newest operations that match. */
    list: ({ limit, ...criteria }: OperationFilter): Operation[] =>
      db
        .prepare<Record<string, unknown>, Operation>(`SELECT * FROM operations ${whereOf(criteria)} ORDER BY sequence DESC LIMIT :limit`)
        .all({ ...parametersOf(criteria), limit }),
    /** The ids of all operations that match, the oldest first. */
    ids: (criteria: Criteria): string[] =>
      db
        .prepare<Record<string, unknown>, Pick<Operation, 'operation_id'>>(
          `SELECT operation_id FROM operations ${whereOf(criteria)} ORDER BY sequence`
        )
        .all(parametersOf(criteria))
        .map(({ operation_id }) => operation_id),
    /** The ids that begin like this, at most two: enough to tell whether it is the only one. */
    startingWith: (beginning: string): string[] =>
      startingWith.all(beginning, `${beginning}\u{10FFFF}`).map(({ operation_id }) => operation_id),
    /** How many operations have failed. */
    failed: (): number => failed.get()?.failed ?? 0,
    /** The open operation of a record that is worked on, or comes first. */
    firstOf: ({ entity_type, odoo_model, odoo_id }: Lane): Operation | undefined => firstOfLane.get(entity_type, odoo_model, odoo_id)
  }
}

export type OperationQueries = ReturnType<typeof operationQueries>
