import { bindingsTable } from './bindings.ts'
import { assertCurrent, guarded, openForReading } from './database.ts'
import { listing } from './listing.ts'
import type { Lane, Operation, OperationFilter } from './operation.ts'
import { operationQueries } from './operation-queries.ts'
import { operationsTable } from './operations.ts'
import { type OutboxTable, outboxTable } from './outbox.ts'
import { backlogOf } from './overview.ts'
import { searchTermsTable } from './search-terms.ts'
import { settingsTable } from './settings.ts'

/**
 * Opens a ledger that is there for looking at it, beside a server that may be running: nothing is made or changed.
 * @throws LedgerOpenError when there is none, or its tables are of another version; every function throws
 *   LedgerUnavailableError when SQLite refuses
 */
export const openLedgerReader = (path: string) => {
  const db = openForReading(path)
  try {
    assertCurrent(db)
    const operations = operationsTable(db)
    const queries = operationQueries(db)
    const bindings = bindingsTable(db)
    const outbox = outboxTable(db)
    const settings = settingsTable(db)
    const lists = listing(db, searchTermsTable(db, settings.fingerprintKey()))
    return {
      find: (operationId: string): Operation | undefined => guarded(() => operations.find(operationId)),
      list: (filter: OperationFilter): Operation[] => guarded(() => lists.list(filter)),
      startingWith: (beginning: string): string[] => guarded(() => queries.startingWith(beginning)),
      firstOf: (lane: Lane): Operation | undefined => guarded(() => queries.firstOf(lane)),
      backlog: (): { pending: number; oldest: number | null } => guarded(() => backlogOf(lists)),
      failed: (): number => guarded(() => queries.failed()),
      bindings: { list: (...filter: Parameters<typeof bindings.list>) => guarded(() => bindings.list(...filter)) },
      outbox: {
        list: (...filter: Parameters<OutboxTable['list']>) => guarded(() => outbox.list(...filter)),
        find: (...id: Parameters<OutboxTable['find']>) => guarded(() => outbox.find(...id))
      },
      settings: { get: (name: string): string | undefined => guarded(() => settings.get(name)) },
      close: (): void => {
        db.close()
      }
    }
  } catch (error) {
    db.close()
    throw error
  }
}

export type LedgerReader = ReturnType<typeof openLedgerReader>
