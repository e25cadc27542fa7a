/** The ledger could not be written or read: disk full, locked, read-only, damaged. Nothing of the call was stored. */
export class LedgerUnavailableError extends Error {
  override readonly name = 'LedgerUnavailableError'
  /** SQLite's own code, such as `SQLITE_FULL`. */
  readonly code: string

  constructor(code: string, cause: unknown) {
    super(`The ledger cannot be used right now (${code}): check free disk space and the rights on LEDGER_PATH.`, { cause })
    this.code = code
  }
}

/** The ledger file cannot be opened at all; the message says what to do. */
export class LedgerOpenError extends Error {
  override readonly name: string = 'LedgerOpenError'
}

/** The ledger was written by an older version of the program, and who only reads does not bring it up to date. */
export class LedgerOutdatedError extends LedgerOpenError {
  override readonly name = 'LedgerOutdatedError'
}
