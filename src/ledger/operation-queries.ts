import type { Db } from './database.ts'
import type { Lane, Operation } from './operation.ts'

/** Questions that people ask about single operations; lists are in `listing.ts`, the queue in `operations.ts`. */
export const operationQueries = (db: Db) => {
  const startingWith = db.prepare<[string, string], Pick<Operation, 'operation_id'>>(
    'SELECT operation_id FROM operations WHERE operation_id >= ? AND operation_id < ? ORDER BY operation_id LIMIT 2'
  )
  const failed = db.prepare<[], { failed: number }>("SELECT count(*) AS failed FROM operations WHERE status = 'failed'")
  const firstOfLane = db.prepare<[string, string, number], Operation>(`
    SELECT * FROM operations WHERE entity_type = ? AND odoo_model = ? AND odoo_id = ? AND status IN ('pending', 'processing')
    ORDER BY status = 'processing' DESC, source_timestamp, sequence LIMIT 1`)

  return {
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
