import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isServerRunning } from '../ledger/database.ts'
import { LedgerOpenError, LedgerOutdatedError, LedgerUnavailableError } from '../ledger/errors.ts'
import { type LedgerReader, openLedgerReader } from '../ledger/reader.ts'
import { checkDisk } from './disk.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

/** The folder of a path, or the nearest one above it that is there. */
const existingFolder = (path: string): string => {
  const folder = dirname(path)
  return existsSync(folder) || folder === path ? folder : existingFolder(folder)
}

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

const checkFile = (path: string): Finding => {
  const folder = existingFolder(path)
  if (!statSync(folder).isDirectory()) return problem('ledger', `${folder} is not a folder`, 'Correct LEDGER_PATH')
  const user = `this user may not write ${existsSync(path) && isWritable(folder) ? path : folder}`
  if (!isWritable(folder) || (existsSync(path) && !isWritable(path))) {
    return problem('ledger', user, 'Give the user of the server the right to write there, or change LEDGER_PATH')
  }
  if (!existsSync(path)) return ok('ledger', `${path} is not there yet: the server makes it at its first start`)
  const use = isServerRunning(path) ? 'a server is running on it' : 'no server is running on it'
  return ok('ledger', `${path} can be written; ${use}`)
}

const mayOthers = (path: string, right: number): boolean => (statSync(path).mode & right) !== 0

/** A ledger that an earlier version made with the usual rights; what is the user's own is not changed unasked. */
const checkPrivacy = (path: string): Finding[] => {
  const isOpen = process.platform !== 'win32' && mayOthers(path, 0o004) && mayOthers(dirname(path), 0o001)
  return isOpen ? [warning('ledger', `every user of this machine can read ${path}, which holds personal data`, `chmod 600 ${path}*`)] : []
}

/** What waits for somebody. */
const checkContent = (path: string): Finding[] => {
  let ledger: LedgerReader
  try {
    ledger = openLedgerReader(path)
  } catch (error) {
    if (error instanceof LedgerOutdatedError) return [ok('operations', 'not looked at: the server brings the ledger up to date at its next start')]
    throw error
  }
  try {
    const failed = ledger.failed()
    const { pending } = ledger.backlog()
    const isOff = ledger.settings.get('reverse_sync_enabled') === 'false'
    const message = `${pending} pending, ${failed} failed`
    const isOdooUntold = ledger.outbox.list({ status: 'failed', limit: 1 }).length > 0
    return [
      failed === 0 ? ok('operations', message) : warning('operations', message, 'npm run cli -- operations list --status failed'),
      ...(isOdooUntold ? [warning('outbox', 'Odoo refused events, or did not take them in time', 'npm run cli -- outbox list --status failed')] : []),
      ...(isOff ? [warning('switch', 'the reverse sync is switched off: nothing is written into the shop', 'npm run cli -- enable')] : [])
    ]
  } finally {
    ledger.close()
  }
}

/** Whether the ledger can be written, who uses it, what is in it, and whether there is room; nothing is made or changed. */
export const checkLedger = (ledgerPath: string): Finding[] => {
  const path = resolve(ledgerPath)
  try {
    const file = checkFile(path)
    const content = file.level === 'ok' && existsSync(path) ? [...checkPrivacy(path), ...checkContent(path)] : []
    return [file, ...content, checkDisk(existingFolder(path))]
  } catch (error) {
    if (error instanceof LedgerOpenError || error instanceof LedgerUnavailableError) {
      return [problem('ledger', error.message.replace(/\.$/, ''), 'If the file is damaged, restore a backup')]
    }
    throw error
  }
}
