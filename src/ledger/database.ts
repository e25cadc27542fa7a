import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { LedgerOpenError, LedgerOutdatedError, LedgerUnavailableError } from './errors.ts'
import { makePrivateFile } from './files.ts'
import { migrations } from './migrations.ts'

export type Db = Database.Database

/**
 * Opens the SQLite file and brings its tables up to date; it is made when missing, with its folder, for this user alone.
 * WAL with `synchronous=FULL`: a commit that returned is on disk.
 * @param busyTimeout milliseconds to wait for another process's write lock
 * @throws LedgerOpenError
 */
export const openDatabase = (path: string, busyTimeout: number): Db => {
  let db: Db | undefined
  try {
    // SQLite gives -wal and -shm the rights of the file itself.
    makePrivateFile(path)
    db = new Database(path, { timeout: busyTimeout })
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    // A checkpoint costs an fsync of its own, and webhooks wait meanwhile: rather every 16 MB than every 4.
    db.pragma('wal_autocheckpoint = 4000')
    migrate(db)
    return db
  } catch (error) {
    db?.close()
    if (error instanceof LedgerOpenError) throw error
    throw cannotOpen(path, error)
  }
}

const cannotOpen = (path: string, error: unknown): LedgerOpenError =>
  new LedgerOpenError(
    `The ledger ${path} cannot be opened (${error instanceof Error ? error.message : String(error)}): ` +
      'check that LEDGER_PATH names a SQLite file in a folder that this user may write.',
    { cause: error }
  )

/** How many migrations the file has gone through. */
const stepsOf = (db: Db): number => {
  const done = Number(db.pragma('user_version', { simple: true }))
  if (done > migrations.length) {
    throw new LedgerOpenError(
      `The ledger was written by a newer version of this program (step ${done}, this one knows ${migrations.length}): update the program.`
    )
  }
  return done
}

const migrate = (db: Db): void => {
  const steps = db.transaction(() => {
    const done = stepsOf(db)
    for (const step of migrations.slice(done)) db.exec(step)
    if (done < migrations.length) db.pragma(`user_version = ${migrations.length}`)
  })
  steps.immediate()
}

/**
 * Holds the one place of a server on this ledger until the process ends, also by `kill -9`: an exclusive SQLite
 * lock on a file beside it, released by the operating system.
 * @returns a function that gives the place back
 * @throws LedgerOpenError when another server has it
 */
export const lockForServer = (path: string): (() => void) => {
  let lock: Db | undefined
  try {
    makePrivateFile(`${path}.lock`)
    lock = new Database(`${path}.lock`, { timeout: 0 })
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock?.close()
    const isTaken = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
    throw new LedgerOpenError(
      isTaken
        ? `Another server is already running on the ledger ${path}: stop it first, or give this one a LEDGER_PATH of its own.`
        : `The file ${path}.lock cannot be locked: check that this user may write in the folder of LEDGER_PATH.`,
      { cause: error }
    )
  }
  const held = lock
  return () => held.close()
}

/**
 * Whether a server runs on this ledger, on this machine: it holds its lock. Looks without holding anybody up.
 */
export const isServerRunning = (path: string): boolean => {
  if (!existsSync(`${path}.lock`)) return false
  const lock = new Database(`${path}.lock`, { readonly: true, fileMustExist: true, timeout: 0 })
  try {
    lock.prepare('SELECT count(*) FROM sqlite_schema').get()
    return false
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return true
    throw error
  } finally {
    lock.close()
  }
}

/**
 * Opens the SQLite file for reading only: nothing of it is changed, not even its tables' version.
 * @throws LedgerOpenError, also when there is no such file
 */
export const openForReading = (path: string): Db => {
  assertExists(path)
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 })
    // The first look at the file itself: SQLite opens anything.
    db.pragma('user_version')
    return db
  } catch (error) {
    throw cannotOpen(path, error)
  }
}

/** @throws LedgerOpenError when the tables are not those that this program knows */
export const assertCurrent = (db: Db): void => {
  const done = stepsOf(db)
  if (done < migrations.length) {
    throw new LedgerOutdatedError(
      `The ledger was written by an older version of this program (step ${done}, this one knows ${migrations.length}): ` +
        'start the server once, it brings the ledger up to date.'
    )
  }
}

/** @throws LedgerOpenError when there is no ledger yet */
export const assertExists = (path: string): void => {
  if (existsSync(path)) return
  throw new LedgerOpenError(
    `There is no ledger ${path} yet: the server makes it at its first start. ` +
      'If one is there already, check LEDGER_PATH and the folder that this command runs in.'
  )
}

/** Runs a piece of work on the database; SQLite's own failures come out as `LedgerUnavailableError`. */
export const guarded = <Result>(work: () => Result): Result => {
  try {
    return work()
  } catch (error) {
    if (error instanceof Database.SqliteError && !error.code.startsWith('SQLITE_CONSTRAINT')) {
      throw new LedgerUnavailableError(error.code, error)
    }
    throw error
  }
}
