import { setImmediate as nextTurn } from 'node:timers/promises'
import { Command, Option } from 'commander'
import type { Ledger } from '../ledger/ledger.ts'
import { whoWorks, wholeId, withLedger } from './ledger.ts'
import { type Criteria, filterOf, withCriteria } from './operations-list.ts'
import { examples, type JsonOption, jsonOption } from './options.ts'
import { CommandFailure, MISUSE, type Shell } from './shell.ts'
import { count, oneLine } from './text.ts'

/** How many are made pending in one transaction: webhooks wait meanwhile. */
const BATCH = 100

interface RetryOptions extends Criteria, JsonOption {
  readonly all?: boolean
  readonly status: 'failed' | 'success'
  readonly force?: boolean
}

/** Why an operation cannot be tried again. */
const refusalOf = (ledger: Ledger, operationId: string, force: boolean): string => {
  const operation = ledger.find(operationId)
  if (!operation) return 'it is not there any more'
  if (operation.source_payload === null) return 'its payload is gone, as RETENTION_DAYS says: have Odoo send it again'
  if (operation.status === 'success' && !force) return 'it succeeded; --force writes it again'
  return `it is ${operation.status}`
}

const retryEach = async (shell: Shell, given: readonly string[], { force = false, json }: RetryOptions): Promise<void> => {
  const { terminal } = shell
  const results = await withLedger(shell, { mustExist: true }, (ledger) => {
    // Nothing is done when one of the ids is wrong.
    const ids = given.map((beginning) => wholeId(ledger, beginning))
    return ids.map((operationId) => {
      const retried = ledger.retry(operationId, { force })
      return { operation_id: operationId, retried, ...(retried ? {} : { reason: refusalOf(ledger, operationId, force) }) }
    })
  })
  if (json) terminal.print(JSON.stringify(results))
  const retried = results.filter((result) => result.retried)
  if (!json && retried.length > 0) {
    terminal.print(`${retried.map(({ operation_id }) => operation_id).join(', ')}: pending again; ${whoWorks(shell)}.`)
  }
  const refused = results.filter((result) => !result.retried)
  if (refused.length === 0) return
  throw new CommandFailure(
    json ? '' : refused.map(({ operation_id, reason }) => `${operation_id} cannot be tried again: ${reason}.`).join('\n')
  )
}

const retryAll = async (shell: Shell, { status, force = false, json, all: _all, ...criteria }: RetryOptions): Promise<void> => {
  const { terminal } = shell
  const { found, retried } = await withLedger(shell, { mustExist: true }, async (ledger) => {
    // Read once: what fails again meanwhile is not taken up a second time.
    const ids = ledger.ids({ ...filterOf(criteria), status })
    const bar = terminal.progress('retry', ids.length)
    let done = 0
    try {
      for (let start = 0; start < ids.length; start += BATCH) {
        const batch = ids.slice(start, start + BATCH)
        done += ledger.retryAll(batch, { force })
        bar.add(batch.length)
        await nextTurn()
      }
    } finally {
      bar.stop()
    }
    return { found: ids.length, retried: done }
  })
  if (json) return terminal.print(JSON.stringify({ found, retried }))
  if (found === 0) return terminal.print('No operation matches.')
  terminal.print(`${count(retried, 'operation')} pending again; ${whoWorks(shell)}.`)
  if (found > retried) {
    terminal.print(`${count(found - retried, 'operation')} cannot be: the payload is gone, as RETENTION_DAYS says. Have Odoo send them again.`)
  }
}

const assertUsage = (ids: readonly string[], { all = false, status, force, entity, outcome, since, text }: RetryOptions): void => {
  const isFiltered = [entity, outcome, since, text].some((criterion) => criterion !== undefined) || status !== 'failed'
  if (all === ids.length > 0) throw new CommandFailure('error: give the ids of operations, or --all', MISUSE)
  if (isFiltered && !all) throw new CommandFailure('error: filters are for --all', MISUSE)
  if (status === 'success' && !force) throw new CommandFailure('error: operations that succeeded are only tried again with --force', MISUSE)
}

/** `operations retry` */
export const operationsRetry = (shell: Shell): Command => {
  const command = new Command('retry')
    .argument('[operation_id...]', 'ids, or their beginnings')
    .description('try failed operations again')
    .option('--all', 'all that failed')
    .addOption(new Option('--status <status>', 'with --all: those that failed, or with --force those that succeeded').choices(['failed', 'success']).default('failed'))
  withCriteria(command)
    .option('--force', "write Odoo's values whatever is known of them, also for one that succeeded (a shop restored from a backup)")
    .addOption(jsonOption())
    .action(async (ids: readonly string[], options: RetryOptions) => {
      assertUsage(ids, options)
      await (options.all ? retryAll(shell, options) : retryEach(shell, ids.map(oneLine), options))
    })
  return examples(command, [
    ['operations retry op_0mh2k9x1b4f7', 'one, when its cause is gone'],
    ['operations retry --all --entity coupon', 'all coupons that failed'],
    ['operations retry --all --force --status success --since 2026-01-31T04:00', "the shop was restored from a backup of 4 o'clock"]
  ])
}
