import { closeSync, openSync, rmSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { openForReading } from './database.ts'

/** The backup was not made, and nothing is left of it; the message says what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
}

/** Pages of 4 KiB that are copied at once; other work of this process comes in between. */
const PAGES_A_STEP = 1_000

/** Makes the file, which must not be there yet, for this user alone: it holds personal data. */
const makeFile = (file: string): void => {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'EEXIST') throw new BackupError(`${file} is there already and is not overwritten: choose another name.`)
    throw new BackupError(`${file} cannot be made (${code}): check that its folder is there and may be written.`, { cause: error })
  }
}

const integrityOf = (file: string): string => {
  const copy = new Database(file, { fileMustExist: true })
  try {
    return String(copy.pragma('integrity_check(1)', { simple: true }))
  } finally {
    copy.close()
  }
}

/**
 * Copies a ledger as it is at this moment, also while a server works on it, and checks the copy.
 * @param path the ledger, of any version of this program
 * @param file where the copy goes; it is never overwritten
 * @param onProgress told how many of all pages are copied
 * @returns the size of the copy in bytes
 * @throws LedgerOpenError when there is no ledger, BackupError when no good copy was made
 */
export const backupLedger = async (
  path: string,
  file: string,
  onProgress: (copied: number, all: number) => void = () => {}
): Promise<number> => {
  const source = openForReading(path)
  try {
    makeFile(file)
    try {
      // A snapshot: without one, each write of the server would have SQLite begin anew.
      source.exec('BEGIN')
      source.prepare('SELECT count(*) FROM sqlite_schema').get()
      await source.backup(file, {
        progress: ({ totalPages, remainingPages }) => {
          onProgress(totalPages - remainingPages, totalPages)
          return PAGES_A_STEP
        }
      })
      const integrity = integrityOf(file)
      if (integrity !== 'ok') {
        throw new BackupError(`The copy is damaged, as the ledger probably is (${integrity}): keep the backups that you have.`)
      }
      return statSync(file).size
    } catch (error) {
      for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
      if (error instanceof Database.SqliteError) {
        throw new BackupError(`${file} could not be written (${error.code}): check free disk space.`, { cause: error })
      }
      throw error
    }
  } finally {
    source.close()
  }
}
