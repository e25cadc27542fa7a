import type { Db } from './database.ts'

/** Field → keyed hash of its canonical value, base64. */
export type Hashes = Readonly<Record<string, string>>

/**
 * `writing`: the call goes on, or a crash cut it off; `unknown`: its answer was lost, the next attempt finds out;
 * `done`: what it wrote is in the shop and in the known values.
 */
export type WriteState = 'writing' | 'unknown' | 'done'

/** One of our own writes to a record of the shop; times are milliseconds since 1970. */
export interface OwnWrite {
  readonly sequence: number
  readonly operation_id: string
  readonly entity_type: string
  /** `null` while a creation has not told its id. */
  readonly shop_id: number | null
  readonly creation_key: Buffer | null
  readonly action: 'created' | 'updated' | 'deleted'
  readonly state: WriteState
  /** What it writes; of a creation under shop id 0. */
  readonly fields: Hashes
  /** When Odoo came to hold what it writes, by field: milliseconds since 1970; of a creation nothing. */
  readonly source_times: Readonly<Record<string, number>>
  /** The record as it was read before, but for fields that were surely replaced; of a creation nothing. */
  readonly as_read: Hashes
  /** The latest `date_upd` of which the record is known to have been as it was read, in shop time. */
  readonly read_date_upd: string | null
  /** Whether nothing had changed since our own write before. */
  readonly is_sequel: boolean
  /** Whether the poller had seen the record as it was read. */
  readonly is_polled: boolean
  /** Whether an event has told what it writes: it has been made, whatever its answer. */
  readonly is_seen: boolean
  /** The record's `date_upd` after it, in shop time. */
  readonly date_upd: string | null
  readonly started_at: number
  readonly ended_at: number | null
}

export type NewOwnWrite = Pick<
  OwnWrite,
  'operation_id' | 'entity_type' | 'shop_id' | 'creation_key' | 'action' | 'fields' | 'source_times' | 'as_read' | 'read_date_upd' | 'is_sequel' | 'is_polled' | 'started_at'
>

/** An operation may write several records of the shop; `null` = one whose id is not known. */
export type WrittenRecord = Pick<OwnWrite, 'operation_id' | 'entity_type' | 'shop_id'>

interface Row extends Omit<OwnWrite, 'fields' | 'source_times' | 'as_read' | 'is_sequel' | 'is_polled' | 'is_seen'> {
  readonly fields: string
  readonly source_times: string
  readonly as_read: string
  readonly is_sequel: 0 | 1
  readonly is_polled: 0 | 1
  readonly is_seen: 0 | 1
}

/** How many writes of one record are looked at: older ones are told from values alone. */
const LOOK_BACK = 20

const parse = <Value>(text: string): Readonly<Record<string, Value>> => {
  const parsed: unknown = JSON.parse(text)
  // Written by `begin` below.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return parsed as Readonly<Record<string, Value>>
}

const toWrite = (row: Row): OwnWrite => ({
  ...row,
  fields: parse<string>(row.fields),
  source_times: parse<number>(row.source_times),
  as_read: parse<string>(row.as_read),
  is_sequel: row.is_sequel === 1,
  is_polled: row.is_polled === 1,
  is_seen: row.is_seen === 1
})

const recordOf = ({ operation_id, entity_type, shop_id }: WrittenRecord): WrittenRecord => ({ operation_id, entity_type, shop_id })

export const ownWritesTable = (db: Db) => {
  const insert = db.prepare(`
    INSERT INTO own_writes (operation_id, entity_type, shop_id, creation_key, action, state, fields, source_times, as_read, read_date_upd, is_sequel, is_polled, started_at)
    VALUES (?, ?, ?, ?, ?, 'writing', ?, ?, ?, ?, ?, ?, ?)`)
  /** What an operation may write to the record: also a creation whose id is not known. */
  const ofOne = "operation_id = :operation_id AND entity_type = :entity_type AND state <> 'done' AND (shop_id = :shop_id OR :shop_id IS NULL OR shop_id IS NULL)"
  const dropOne = db.prepare<WrittenRecord>(`DELETE FROM own_writes WHERE ${ofOne}`)
  const dropOpen = db.prepare("DELETE FROM own_writes WHERE operation_id = ? AND state <> 'done'")
  // A creation whose answer was lost may have been made: its events are still to come.
  const dropEarlier = db.prepare<WrittenRecord & Pick<OwnWrite, 'action'>>(`DELETE FROM own_writes WHERE ${ofOne} AND action IN (:action, 'updated')`)
  // What the last write read is needed as long as the next one may still turn out not to be made.
  const forgetRead = db.prepare<Pick<NewOwnWrite, 'entity_type' | 'shop_id'>>(`
    UPDATE own_writes SET as_read = '{}' WHERE entity_type = :entity_type AND shop_id = :shop_id AND state = 'done' AND as_read <> '{}'
      AND sequence < (SELECT max(sequence) FROM own_writes WHERE entity_type = :entity_type AND shop_id = :shop_id AND state = 'done')`)
  const ofRecord = db.prepare<[string, number, number], Row>(
    'SELECT * FROM own_writes WHERE entity_type = ? AND shop_id = ? ORDER BY sequence DESC LIMIT ?'
  )
  const openOfRecord = db.prepare<[string, number], Row>("SELECT * FROM own_writes WHERE entity_type = ? AND shop_id = ? AND state <> 'done'")
  const nameless = db.prepare<[string, Buffer], Row>(
    'SELECT * FROM own_writes WHERE shop_id IS NULL AND entity_type = ? AND creation_key = ? ORDER BY sequence DESC'
  )
  const last = db.prepare<[string, number], { sequence: number }>(
    'SELECT sequence FROM own_writes WHERE entity_type = ? AND shop_id = ? ORDER BY sequence DESC LIMIT 1'
  )
  // A field that was not read can hold nothing of before.
  const forgetReadOf = db.prepare<WrittenRecord & { fields: string }>(`
    UPDATE own_writes SET as_read = (SELECT json_group_object(key, value) FROM json_each(as_read) WHERE key NOT IN (SELECT value FROM json_each(:fields)))
    WHERE ${ofOne}`)
  const name = db.prepare("UPDATE own_writes SET shop_id = ? WHERE operation_id = ? AND entity_type = ? AND shop_id IS NULL AND state <> 'done'")
  const endOne = db.prepare<WrittenRecord & { date_upd: string | null; now: number }>(
    `UPDATE own_writes SET state = 'done', shop_id = coalesce(shop_id, :shop_id), date_upd = :date_upd, ended_at = :now WHERE ${ofOne}`
  )
  const endOpen = db.prepare("UPDATE own_writes SET state = 'done', ended_at = ? WHERE operation_id = ? AND state <> 'done'")
  const lose = db.prepare("UPDATE own_writes SET state = 'unknown', ended_at = ? WHERE operation_id = ? AND state = 'writing'")
  const see = db.prepare('UPDATE own_writes SET is_seen = 1 WHERE sequence = ?')
  const findAsRead = db.prepare("UPDATE own_writes SET read_date_upd = max(coalesce(read_date_upd, ''), ?) WHERE sequence = ?")
  const recover = db.prepare("UPDATE own_writes SET state = 'unknown', ended_at = ? WHERE state = 'writing'")
  const prune = db.prepare(
    "DELETE FROM own_writes WHERE sequence IN (SELECT sequence FROM own_writes WHERE state = 'done' AND ended_at < ? LIMIT ?)"
  )

  return {
    /** Notes a write before it is made; an earlier attempt of the same operation at the same record is forgotten. */
    begin(write: NewOwnWrite): void {
      dropEarlier.run({ ...recordOf(write), action: write.action })
      if (write.shop_id !== null) forgetRead.run({ entity_type: write.entity_type, shop_id: write.shop_id })
      insert.run(
        write.operation_id,
        write.entity_type,
        write.shop_id,
        write.creation_key,
        write.action,
        JSON.stringify(write.fields),
        JSON.stringify(write.source_times),
        JSON.stringify(write.as_read),
        write.read_date_upd,
        write.is_sequel ? 1 : 0,
        write.is_polled ? 1 : 0,
        write.started_at
      )
    },
    /** Of a write of several calls, those of these fields have been answered: they surely held what it wrote. */
    made: (written: WrittenRecord, fields: readonly string[]): void => {
      forgetReadOf.run({ ...recordOf(written), fields: JSON.stringify(fields) })
    },
    /** A creation has told its id, though the operation goes on. */
    name: (operationId: string, entityType: string, shopId: number): void => {
      name.run(shopId, operationId, entityType)
    },
    /** The write of an operation to this record is in the shop; what it writes to others goes on. */
    end: (written: WrittenRecord, dateUpd: string | null): void => {
      endOne.run({ ...recordOf(written), date_upd: dateUpd, now: Date.now() })
    },
    /** All that an operation wrote is in the shop. */
    endAll: (operationId: string): void => {
      endOpen.run(Date.now(), operationId)
    },
    /** Nobody knows whether the write was made. */
    lose: (operationId: string): void => {
      lose.run(Date.now(), operationId)
    },
    /** The write of an operation to this record was surely not made. */
    withdraw: (written: WrittenRecord): void => {
      dropOne.run(recordOf(written))
    },
    /** Nothing else that an operation had begun to write counts. */
    withdrawAll: (operationId: string): void => {
      dropOpen.run(operationId)
    },
    /** An event has told what the write writes. */
    see: (sequence: number): void => {
      see.run(sequence)
    },
    /** Somebody has saved the record, in shop time, and found what was there before the write. */
    findAsRead: (sequence: number, dateUpd: string): void => {
      findAsRead.run(dateUpd, sequence)
    },
    /** After a crash no call goes on. */
    recover: (): void => {
      recover.run(Date.now())
    },
    /** The latest writes of a record, the latest first. */
    of: (entityType: string, shopId: number): OwnWrite[] => ofRecord.all(entityType, shopId, LOOK_BACK).map(toWrite),
    /** Those of a record that have no answer yet, or never will. */
    openOf: (entityType: string, shopId: number): OwnWrite[] => openOfRecord.all(entityType, shopId).map(toWrite),
    /** Creations under way that have not told their id, by the hash of what names them. */
    namelessBy: (entityType: string, key: Buffer): OwnWrite[] => nameless.all(entityType, key).map(toWrite),
    /** The number of the record's latest write; 0 = none. */
    lastOf: (entityType: string, shopId: number): number => last.get(entityType, shopId)?.sequence ?? 0,
    prune: (endedBefore: number, batch: number): number => prune.run(endedBefore, batch).changes
  }
}

export type OwnWritesTable = ReturnType<typeof ownWritesTable>
