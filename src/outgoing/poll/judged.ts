import { createHash } from 'node:crypto'
import type { Ledger } from '../../ledger/ledger.ts'
import type { ShopRecord } from '../../prestashop/record.ts'
import type { Entity } from '../../sync/entity.ts'

/** How many rows are kept; what is forgotten is judged once more, with the same result. */
const KEPT = 2_000

const nameOf = (entity: Entity, { id }: ShopRecord): string => `${entity.type} ${id}`

/**
 * Rows as the gate last judged them. The overlap brings the same rows again and again: as long as neither the row nor
 * what the ledger knows of the record has changed, the verdict is the same.
 */
export const createJudged = ({ outgoing }: Pick<Ledger, 'outgoing'>) => {
  const kept = new Map<string, string>()

  const stateOf = (entity: Entity, record: ShopRecord): string => {
    const view = outgoing.read(({ known, ownWrites }) => [
      Array.from(known.of(entity.type, record.id).values(), ({ field, value_hash, operation_id }) => [field, value_hash.toString('base64'), operation_id]),
      ownWrites.of(entity.type, record.id).map(({ sequence, state, ended_at }) => [sequence, state, ended_at])
    ])
    return createHash('sha256')
      .update(JSON.stringify([view, record.fields, record.languages, record.associations]))
      .digest('base64')
  }

  return {
    has: (entity: Entity, record: ShopRecord): boolean => {
      const known = kept.get(nameOf(entity, record))
      return known !== undefined && known === stateOf(entity, record)
    },
    /** After the gate has judged it. */
    note(entity: Entity, record: ShopRecord): void {
      const name = nameOf(entity, record)
      kept.delete(name)
      kept.set(name, stateOf(entity, record))
      const [oldest] = kept.keys()
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
    }
  }
}

export type Judged = ReturnType<typeof createJudged>
