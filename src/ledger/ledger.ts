import { createHmac } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { attemptsTable } from './attempts.ts'
import { type Binding, type BindingsTable, bindingsTable, type NewBinding } from './bindings.ts'
import { assertExists, guarded, lockForServer, openDatabase } from './database.ts'
import { deliveriesTable } from './deliveries.ts'
import { groupCommit } from './group-commit.ts'
import { type KnownValue, type KnownValuesTable, knownValuesTable, type RecordDates } from './known-values.ts'
import { listing } from './listing.ts'
import { type OdooRecord, odooValuesTable } from './odoo-values.ts'
import type { Acceptance, Ended, Ending, Lane, NewOperation, Operation, OperationFilter, Postponement } from './operation.ts'
import { operationQueries } from './operation-queries.ts'
import { operationsTable } from './operations.ts'
import { type NewOutboxEntry, type OutboxTable, outboxTable } from './outbox.ts'
import { overview } from './overview.ts'
import { type NewOwnWrite, type OwnWritesTable, ownWritesTable, type WrittenRecord } from './own-writes.ts'
import { type PollStateTable, pollStateTable } from './poll-state.ts'
import { searchTermsTable } from './search-terms.ts'
import { type SeenRecordsTable, seenRecordsTable } from './seen-records.ts'
import { sessionsTable } from './sessions.ts'
import { settingsTable } from './settings.ts'
import { statisticsTable } from './statistics.ts'
import { createTrail } from './trail.ts'
import type { Tell } from './tells.ts'

export interface LedgerOptions {
  /** The SQLite file; its folder is made. */
  readonly path: string
  /** `server` takes the one place of a server on this file; `tool` shares the file with it. */
  readonly as: 'server' | 'tool'
  /** Refuse to make a new file. */
  readonly mustExist?: boolean
  /** How many pages of 4 KiB the file may have; less than it has = no more. For tests of a full disk. */
  readonly maxPages?: number
}

/** What one finished piece of work changes in the ledger, in one transaction. */
export interface Conclusion {
  readonly endings: readonly Ending[]
  /** The operation that this was a part of: it goes on with other records of the shop. */
  readonly partOf?: string
  readonly bind?: NewBinding & {
    /** The record was made just now: whoever is bound to its id is bound to a record that is gone. */
    readonly isNew?: boolean
  }
  /** A record that the shop no longer has: its binding and known values go. */
  readonly gone?: { readonly lane: Lane; readonly shop_id: number }
  readonly known?: {
    readonly entity_type: string
    readonly shop_id: number
    readonly values: readonly KnownValue[]
    /** Fields of them that count though a later value is known. */
    readonly won?: readonly string[]
    /** What Odoo held for a time, before an event told it otherwise. */
    readonly former?: readonly KnownValue[]
    readonly dates?: RecordDates
    /** The record's `date_upd` when all that the operation had written was there, in shop time. */
    readonly date_upd?: string | null
  }
  /** An event for Odoo about what the operation left as it is, with the values that Odoo then holds. */
  readonly tell?: { readonly entry: NewOutboxEntry; readonly values: readonly KnownValue[] }
}

interface Events {
  accepted: []
  told: []
  /** A record of Odoo is bound, and no operation has done it. */
  bound: [lane: Lane]
  ended: [operationId: string]
  concluded: [lane: Lane, ended: readonly Ended[]]
  postponed: [lane: Lane, run: readonly Operation[], postponement: Postponement]
}

const PRUNE_BATCH = 500
const DAY = 86_400_000

/**
 * Opens the ledger.
 * @throws LedgerOpenError; every function throws LedgerUnavailableError when SQLite refuses
 */
export const openLedger = ({ path, as, mustExist = false, maxPages }: LedgerOptions) => {
  if (mustExist) assertExists(path)
  // Opened first: it makes the folder in which the lock lies.
  const db = openDatabase(path, as === 'server' ? 2_000 : 10_000)
  if (maxPages !== undefined) db.pragma(`max_page_count = ${maxPages}`)
  let unlock: (() => void) | undefined
  try {
    if (as === 'server') unlock = lockForServer(path)
  } catch (error) {
    db.close()
    throw error
  }
  const settings = settingsTable(db)
  const key = settings.fingerprintKey()
  const operations = operationsTable(db)
  const queries = operationQueries(db)
  const bindings = bindingsTable(db)
  const known = knownValuesTable(db, key)
  const attempts = attemptsTable(db)
  const searchTerms = searchTermsTable(db, key)
  const statistics = statisticsTable(db)
  const lists = listing(db, searchTerms)
  const trail = createTrail()
  const ownWrites = ownWritesTable(db)
  const seen = seenRecordsTable(db)
  const outbox = outboxTable(db)
  const poll = pollStateTable(db)
  const deliveries = deliveriesTable(db)
  const sessions = sessionsTable(db)
  const odooValues = odooValuesTable(db)
  const events = new EventEmitter<Events>().setMaxListeners(0)

  const reconsider: OutgoingTables['reconsider'] = (operationId, field) => {
    const isReopened = operations.reconsider(operationId, field)
    // After the commit.
    if (isReopened) setImmediate(() => events.emit('accepted'))
    return isReopened
  }
  const tables: OutgoingTables = { known, ownWrites, seen, outbox, poll, bindings, reconsider }

  const write = <Result>(work: () => Result): Result => guarded(() => db.transaction(work).immediate())

  const acceptAll = db.transaction((group: readonly NewOperation[]): Acceptance[] => {
    const acceptances = group.map((operation) => deliveries.once(operation, () => operations.accept(operation)))
    statistics.received(acceptances.filter(({ duplicate, webhook_id_reused }) => !duplicate && webhook_id_reused !== true).length)
    return acceptances
  })
  const accept = groupCommit((group: readonly NewOperation[]) => {
    const acceptances = guarded(() => acceptAll.immediate(group))
    // Only then, so that whoever waits for the end of an operation does so before it can end.
    setImmediate(() => events.emit('accepted'))
    return acceptances
  })

  /** Adds what has been noted about operations, in the caller's transaction. */
  const writeTrail = (touched: readonly Pick<Operation, 'sequence' | 'operation_id'>[]): void => {
    for (const { sequence, operation_id } of touched) {
      for (const { attempt, togetherWith, calls } of trail.of(operation_id)) attempts.add(sequence, attempt, togetherWith, calls)
    }
  }

  /** Writes what puts a run back into the queue, with what has been noted about it. */
  const putBack = (run: readonly Operation[], work: () => void): void => {
    write(() => {
      for (const { operation_id } of run) ownWrites.lose(operation_id)
      work()
      writeTrail(run)
    })
    trail.forget(run)
  }

  const takeOver = ({ isNew = false, ...binding }: NonNullable<Conclusion['bind']>): void => {
    const owner = bindings.owner(binding.entity_type, binding.odoo_model, binding.shop_id)
    if (isNew && owner && owner.odoo_id !== binding.odoo_id) forget(owner, owner.shop_id)
    bindings.bind(binding)
  }

  const forget = (lane: Lane, shopId: number): void => {
    bindings.remove(lane)
    known.forget(lane.entity_type, shopId)
    seen.forget(lane.entity_type, shopId)
  }

  return {
    /**
     * `accepted`: there is new work; `told`: there is an event for Odoo; `ended`: an operation reached its end,
     * `concluded`: a run did; `postponed`: a run is tried again later. Emitted after the commit.
     */
    events,
    /** What is noted about attempts and calls; written with the end or the postponement of the operation. */
    trail: { call: trail.call, attempt: trail.attempt },
    /** Stores a webhook; resolves when it is on disk. */
    accept,
    /** The hash that tells one payload from another; keyed, so that it gives nothing away. */
    payloadHash: (canonical: string): string => createHmac('sha256', key).update(canonical).digest('base64url').slice(0, 22),

    find: (operationId: string): Operation | undefined => guarded(() => operations.find(operationId)),
    ...overview({ lists, attempts, statistics, searchTerms, write }),
    /** The ids of all operations that match, the oldest first. */
    ids: (criteria: Omit<OperationFilter, 'limit'>): string[] => guarded(() => lists.ids(criteria)),
    /** The ids that begin like this, at most two. */
    startingWith: (beginning: string): string[] => guarded(() => queries.startingWith(beginning)),
    /** When the last webhook arrived; 0 = none has. */
    lastArrival: (): number => guarded(() => operations.lastArrival()),

    take: (limit: number, choose: (lane: Lane, pending: readonly Operation[]) => number) => write(() => operations.take(limit, choose)),
    nextDueAt: (): number | undefined => guarded(() => operations.nextDueAt()),
    postpone: (lane: Lane, run: readonly Operation[], postponement: Postponement): void => {
      putBack(run, () => operations.postpone(lane, run, postponement))
      events.emit('postponed', lane, run, postponement)
    },
    release: (lane: Lane, run: readonly Operation[]): void => putBack(run, () => operations.release(lane, run)),
    hasten: (lane: Lane): void => write(() => operations.hasten(lane)),
    recover: (): number =>
      write(() => {
        attempts.interrupt()
        ownWrites.recover()
        return operations.recover()
      }),

    /** Notes how far an operation of several steps has got; on disk when it returns. */
    setProgress: (operationId: string, progress: unknown): void =>
      write(() => operations.setProgress(operationId, JSON.stringify(progress))),

    /** Ends operations together with everything that was learnt from them. */
    conclude(lane: Lane, { endings, partOf, bind, gone, known: learnt, tell }: Conclusion): void {
      const written = learnt ?? (gone && { entity_type: gone.lane.entity_type, shop_id: gone.shop_id })
      const endWrite = (operation_id: string): void =>
        written && ownWrites.end({ ...written, operation_id }, learnt?.date_upd ?? null)
      const ended = write(() => {
        if (gone) forget(gone.lane, gone.shop_id)
        if (bind) takeOver(bind)
        for (const value of learnt?.values ?? []) known.set(learnt!.entity_type, learnt!.shop_id, value, learnt!.won?.includes(value.field))
        for (const value of learnt?.former ?? []) known.tells.heldUntil(learnt!.entity_type, learnt!.shop_id, value)
        if (learnt?.dates) known.setDates(learnt.entity_type, learnt.shop_id, learnt.dates)
        if (partOf !== undefined) endWrite(partOf)
        for (const { operation_id, status } of endings) {
          endWrite(operation_id)
          // A success without anything learnt: what an attempt before it did was found done.
          if (!written && status === 'success') ownWrites.endAll(operation_id)
          else ownWrites.withdrawAll(operation_id)
        }
        if (tell) {
          const { entity_type, entity_id } = tell.entry
          const own_write = ownWrites.lastOf(entity_type, entity_id)
          // What waits to be read afresh is told first: this is read afresh after it.
          if (outbox.isHeld(entity_type, entity_id)) outbox.put({ ...tell.entry, own_write, status: 'held', fields: [] })
          else {
            outbox.put({ ...tell.entry, own_write })
            for (const value of tell.values) known.tell(entity_type, entity_id, value)
          }
        }
        const rows = operations.end(lane, endings)
        writeTrail(rows)
        for (const { sequence, received_at, ending } of rows) {
          statistics.ended(ending.status, received_at)
          if (ending.entity_id !== undefined) searchTerms.addShopId(sequence, ending.entity_id)
        }
        return rows
      })
      trail.forget(endings)
      if (tell) events.emit('told')
      events.emit('concluded', lane, ended)
      for (const { operation_id } of ended) events.emit('ended', operation_id)
    },

    /** Notes, while an operation of several steps goes on, which record is its own: whatever comes, it is found again. */
    found: (operationId: string, bind: NonNullable<Conclusion['bind']>): void =>
      write(() => {
        takeOver(bind)
        operations.setEntityId(operationId, bind.shop_id)
        ownWrites.name(operationId, bind.entity_type, bind.shop_id)
      }),

    /** Marks of our own writes, on disk before the shop is called: its hooks fire inside our request. */
    ownWrites: {
      begin: (entry: NewOwnWrite): void => write(() => ownWrites.begin(entry)),
      made: (written: WrittenRecord, fields: readonly string[]): void => write(() => ownWrites.made(written, fields)),
      withdraw: (written: WrittenRecord): void => write(() => ownWrites.withdraw(written))
    },

    /** The outgoing side's tables. */
    outgoing: {
      /** One transaction over them, on disk when it returns. */
      write: <Result>(work: (all: OutgoingTables) => Result): Result => write(() => work(tables)),
      read: <Result>(work: (all: OutgoingTables) => Result): Result => guarded(() => work(tables))
    },

    /** Whether operations about the record are still to be done. */
    isOpen: (lane: Lane): boolean => guarded(() => operations.isOpen(lane)),
    /** Whether operations about the record wait behind those that are worked on. */
    isFollowed: (lane: Lane): boolean => guarded(() => operations.isFollowed(lane)),
    /** Whether a later deletion of the record has been done. */
    isDeletedAfter: (lane: Lane, time: number): boolean => guarded(() => operations.isDeletedAfter(lane, time)),

    /** Whether the order of another operation is made from a cart. */
    isCartOfAnother: (cart: number, operationId: string): boolean =>
      guarded(() => operations.isCartOfAnother(cart, operationId)),

    /** Drops a binding whose record is gone from the shop. */
    dropBinding: (lane: Lane, shopId: number): void => write(() => forget(lane, shopId)),

    /** @returns false when there is no such operation, or it cannot be tried again */
    retry(operationId: string, { force = false }: { force?: boolean } = {}): boolean {
      const retried = write(() => operations.retry(operationId, force))
      if (retried) events.emit('accepted')
      return retried
    },

    /** Several at once, in one transaction: keep them few, webhooks wait meanwhile. Returns how many were. */
    retryAll(operationIds: readonly string[], { force = false }: { force?: boolean } = {}): number {
      const retried = write(() => operationIds.filter((operationId) => operations.retry(operationId, force)).length)
      if (retried > 0) events.emit('accepted')
      return retried
    },

    bindings: {
      find: (lane: Lane): Binding | undefined => guarded(() => bindings.find(lane)),
      owner: (entityType: string, odooModel: string, shopId: number): Binding | undefined =>
        guarded(() => bindings.owner(entityType, odooModel, shopId)),
      list: (...filter: Parameters<typeof bindings.list>): Binding[] => guarded(() => bindings.list(...filter)),
      /** The operator's decision. What was known to the record's former owner is forgotten. */
      rebind: (binding: NewBinding): void =>
        write(() => {
          if (bindings.find(binding)?.shop_id !== binding.shop_id) {
            known.forget(binding.entity_type, binding.shop_id)
            seen.forget(binding.entity_type, binding.shop_id)
          }
          bindings.rebind(binding)
        }),
      remove: (lane: Lane): boolean => write(() => bindings.remove(lane))
    },

    known: {
      fingerprint: known.fingerprint,
      of: (entityType: string, shopId: number): ReadonlyMap<string, KnownValue> => guarded(() => known.of(entityType, shopId)),
      tellsOf: (entityType: string, shopId: number): Tell[] => guarded(() => known.tells.of(entityType, shopId)),
      datesOf: (entityType: string, shopId: number): RecordDates => guarded(() => known.datesOf(entityType, shopId))
    },

    /** What native webhooks told about records that are parts of others. */
    odooValues: {
      find: (model: string, id: number): OdooRecord | undefined => guarded(() => odooValues.find(model, id)),
      partsOf: (model: string, parentId: number): OdooRecord[] => guarded(() => odooValues.partsOf(model, parentId)),
      named: (model: string, name: string): OdooRecord | undefined => guarded(() => odooValues.named(model, name)),
      set: (record: OdooRecord): void => write(() => odooValues.set(record)),
      remove: (model: string, id: number): void => write(() => odooValues.remove(model, id))
    },

    /** @throws LedgerUnavailableError when nothing can be stored */
    assertWritable: (): void => write(() => settings.set('last_checked_at', String(Date.now()))),

    settings: {
      get: (name: string): string | undefined => guarded(() => settings.get(name)),
      set: (name: string, value: string): void => write(() => settings.set(name, value))
    },

    /** By a hash of their secret; times are milliseconds since 1970. */
    sessions: {
      add: (hash: string, expiresAt: number): void => write(() => sessions.add(hash, expiresAt)),
      has: (hash: string): boolean => guarded(() => sessions.has(hash)),
      remove: (hash: string): void => write(() => sessions.remove(hash))
    },

    /**
     * Retention, one short transaction a batch: operations that succeeded lose their payload after `days`, and are
     * removed after twice that time.
     * @returns how many rows were touched, of operations and of what belongs to them; 0 = nothing left to do
     */
    prune(days: number): number {
      const now = Date.now()
      const oldest = now - days * DAY
      return write(() => {
        const { removed, forgotten } = operations.prune(oldest, now - 2 * days * DAY, PRUNE_BATCH)
        for (const operation of forgotten) searchTerms.forget(operation)
        if (removed > 0) searchTerms.afterRemoval()
        statistics.prune()
        const outgoing = [ownWrites, seen, outbox, known.tells].map((table) => table.prune(oldest, PRUNE_BATCH))
        const others = outgoing.reduce((sum, pruned) => sum + pruned, 0)
        return removed + forgotten.length + others
      })
    },

    /** What `prune` has to do: how many payloads and how many whole operations go. */
    prunable(days: number): { payloads: number; operations: number } {
      const now = Date.now()
      return guarded(() => operations.prunable(now - days * DAY, now - 2 * days * DAY))
    },

    close(): void {
      db.close()
      unlock?.()
    }
  }
}

/** The tables of the outgoing side; every function is one step inside the caller's transaction. */
export interface OutgoingTables {
  readonly known: KnownValuesTable
  readonly ownWrites: OwnWritesTable
  readonly seen: SeenRecordsTable
  readonly outbox: OutboxTable
  readonly poll: PollStateTable
  readonly bindings: BindingsTable
  /** Has an operation done once more in which the field was stale; false = it was not. */
  readonly reconsider: (operationId: string, field: string) => boolean
}

export type Ledger = ReturnType<typeof openLedger>
