import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openLedger } from '../../src/ledger/ledger.ts'
import { openLedgerReader } from '../../src/ledger/reader.ts'
import { newOperation, odooId, temporaryLedger, temporaryLedgerPath } from '../support/ledger.ts'
import { commandLine, objectsIn } from './command-line.ts'
import { endNext, withOperations } from './operations.ts'

const DAY = 86_400_000

const withBindings = async (columns?: number) => {
  const beside = await withOperations([], columns)
  for (const [type, odoo, shop] of [['customer', '1001', '45'], ['customer', '1002', '46'], ['order', '1001', '45']] as const) {
    expect(await beside.command('bindings', 'set', type, odoo, shop)).toMatchObject({ code: 0, stderr: '' })
  }
  return beside
}
const listed = async ({ command }: Awaited<ReturnType<typeof withBindings>>, ...parameters: string[]): Promise<string[]> => {
  const bindings = objectsIn((await command('bindings', 'list', '--json', ...parameters)).stdout)
  return bindings.map(({ entity_type, odoo_id, shop_id }) => [entity_type, odoo_id, shop_id].map(String).join(' '))
}

describe('bindings', () => {
  test('are listed by entity, id in Odoo or id in the shop', async () => {
    const beside = await withBindings()
    expect(await listed(beside)).toEqual(['customer 1001 45', 'customer 1002 46', 'order 1001 45'])
    expect(await listed(beside, 'order')).toEqual(['order 1001 45'])
    expect(await listed(beside, '--odoo-id', '1001')).toEqual(['customer 1001 45', 'order 1001 45'])
    expect(await listed(beside, '--shop-id', '46')).toEqual(['customer 1002 46'])
    expect(await listed(beside, '--limit', '1')).toEqual(['customer 1001 45'])
  })

  test('are a table for people, that tells when there are more', async () => {
    const { command } = await withBindings(100)
    const { stdout } = await command('bindings', 'list', '--limit', '2')
    expect(stdout).toMatch(/customer +res\.partner +1001 +45\n/)
    expect(stdout).toContain('More with a larger --limit')
    expect((await command('bindings', 'list')).stdout).not.toContain('More with')
  })

  test('are removed, and one that is not there is told', async () => {
    const beside = await withBindings()
    const { code, stdout } = await beside.command('bindings', 'remove', 'customer', '1001', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ entity_type: 'customer', odoo_model: 'res.partner', odoo_id: 1001 })
    expect(await beside.command('bindings', 'remove', 'customer', '1001')).toMatchObject({ code: 1, stderr: 'There is no such binding.\n' })
    expect(await listed(beside)).toEqual(['customer 1002 46', 'order 1001 45'])
  })
})

describe('enable and disable', () => {
  test('set the switch that the ledger remembers, and print its state', async () => {
    const { ledger, command } = await withOperations([])
    expect((await command('disable')).stdout).toMatch(/^Reverse sync is off: .*Nothing is lost/)
    expect(ledger.settings.get('reverse_sync_enabled')).toBe('false')
    expect((await command('enable', '--json')).stdout).toBe('{"reverse_sync_enabled":true}\n')
    expect(ledger.settings.get('reverse_sync_enabled')).toBe('true')
  })
})

/** One operation long gone, one old, one of today, and one that failed long ago. */
const withHistory = async (columns?: number) => {
  const now = Date.now()
  const received = { received_at: now - 20 * DAY }
  const beside = await withOperations([received, received, received, received], columns)
  onTestFinished(() => void vi.useRealTimers())
  vi.useFakeTimers({ toFake: ['Date'], now: now - 15 * DAY })
  endNext(beside.ledger, { status: 'success' }, { status: 'failed', error: { message: 'no', kind: 'permanent' } })
  vi.setSystemTime(now - 10 * DAY)
  endNext(beside.ledger, { status: 'success' })
  vi.setSystemTime(now)
  endNext(beside.ledger, { status: 'success' })
  return beside
}

describe('prune', () => {
  test('does the retention of as many days as it is told, and counts what went', async () => {
    const { ledger, ids, command } = await withHistory()
    const { code, stdout } = await command('prune', '--days', '7', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ days: 7, payloads_removed: 1, operations_removed: 1 })
    expect(ids.map((id) => ledger.find(id)?.source_payload ?? ledger.find(id)?.status)).toEqual([undefined, '{"data":{}}', 'success', '{"data":{}}'])
  })

  test('goes by RETENTION_DAYS unless it is told', async () => {
    const { command } = await withHistory()
    expect(JSON.parse((await command('prune', '--json')).stdout)).toEqual({ days: 30, payloads_removed: 0, operations_removed: 0 })
  })

  test('shows a progress bar on a terminal, apart from the result', async () => {
    const { command } = await withHistory(120)
    const { stdout, stderr } = await command('prune', '--days', '7')
    expect(stdout).toMatch(/^1 operation removed, and 1 payload of later ones; what failed stays\./)
    expect(stderr).toMatch(/prune \[[=-]+\] \d+% \d\/2/)
  })
})

describe('backup', () => {
  test('is a whole ledger that a server can go on with', async () => {
    const { path, ids, command } = await withOperations([{}, {}])
    const copy = join(dirname(path), 'copy.db')
    const { code, stdout, stderr } = await command('backup', copy)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`${copy}: `)
    expect(stdout).toContain(`To restore it: stop the server, remove ${path}, ${path}-wal and ${path}-shm, copy ${copy} to ${path}, start the server.`)
    const restored = temporaryLedger(copy)
    expect(restored.list({ limit: 10 }).map(({ operation_id }) => operation_id)).toEqual(ids.toReversed())
  })

  test('is for this user alone, whatever the rights of the ledger, and leaves nothing else behind', async () => {
    const { path, command } = await withOperations([{}])
    chmodSync(path, 0o644)
    const before = readdirSync(dirname(path))
    await command('backup', join(dirname(path), 'copy.db'))
    expect(readdirSync(dirname(path)).sort()).toEqual([...before, 'copy.db'].sort())
    expect(statSync(join(dirname(path), 'copy.db')).mode & 0o777).toBe(0o600)
  })

  test('never overwrites a file', async () => {
    const { path, command } = await withOperations([{}])
    const copy = join(dirname(path), 'copy.db')
    writeFileSync(copy, 'of yesterday')
    for (const file of [copy, path]) {
      expect(await command('backup', file)).toMatchObject({ code: 1, stdout: '', stderr: `${file} is there already and is not overwritten: choose another name.\n` })
    }
    expect(statSync(copy).size).toBe('of yesterday'.length)
  })

  test('says when its folder is not there', async () => {
    const { path, command } = await withOperations([{}])
    const { code, stderr } = await command('backup', join(dirname(path), 'no', 'copy.db'))
    expect(code).toBe(1)
    expect(stderr).toContain('check that its folder is there')
  })

  test('of a damaged ledger fails and is taken away', async () => {
    const { path, ledger, command } = await withOperations(Array.from({ length: 50 }, () => ({})))
    ledger.close()
    const db = new Database(path)
    const root = db.prepare<[], { rootpage: number }>("SELECT rootpage FROM sqlite_schema WHERE name = 'operations'").get()?.rootpage ?? 0
    db.close()
    const file = openSync(path, 'r+')
    writeSync(file, Buffer.alloc(2_000, 0xff), 0, 2_000, (root - 1) * 4_096)
    closeSync(file)
    const copy = join(dirname(path), 'copy.db')
    const { code, stderr } = await command('backup', copy)
    expect(code).toBe(1)
    expect(stderr).toContain('The copy is damaged')
    expect(existsSync(copy)).toBe(false)
  })

  test('is of one moment, whatever is written meanwhile', async () => {
    const { path, ledger, command } = await withOperations([])
    const payload = JSON.stringify({ data: { note: 'x'.repeat(20_000) } })
    const accept = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, index) => ledger.accept(newOperation({ odoo_id: odooId(index + 1), source_payload: payload }))))
    await accept(1_500)
    const copy = join(dirname(path), 'copy.db')
    const backup = command('backup', copy)
    for (let round = 0; round < 20; round += 1) await accept(1)
    expect(await backup).toMatchObject({ code: 0, stderr: '' })
    const reader = openLedgerReader(copy)
    onTestFinished(() => reader.close())
    expect(reader.backlog().pending).toBeGreaterThanOrEqual(1_500)
    expect(reader.backlog().pending).toBeLessThan(1_520)
  })

  test('is made of a ledger that another version of the program wrote', async () => {
    const { path, ledger, command } = await withOperations([{}])
    ledger.close()
    const db = new Database(path)
    db.pragma('user_version = 1')
    db.close()
    expect(await command('backup', join(dirname(path), 'copy.db'))).toMatchObject({ code: 0, stderr: '' })
    const { code, stderr } = await command('operations', 'list')
    expect(code).toBe(1)
    expect(stderr).toContain('start the server once')
  })
})

describe('commands that only look', () => {
  test('change nothing of the ledger', async () => {
    const { path, ledger, ids, command } = await withOperations([{}])
    ledger.close()
    const before = new Database(path, { readonly: true }).serialize()
    await command('operations', 'list')
    await command('operations', 'show', ids[0]!)
    await command('bindings', 'list')
    expect(new Database(path, { readonly: true }).serialize().equals(before)).toBe(true)
  })

  test('tell of a file that is no ledger', async () => {
    const path = temporaryLedgerPath()
    mkdirSync(dirname(path))
    writeFileSync(path, 'these are forty characters and no ledger')
    const { code, stderr } = await commandLine({ environment: { LEDGER_PATH: path } })('operations', 'list')
    expect(code).toBe(1)
    expect(stderr).toContain(`The ledger ${path} cannot be opened`)
  })

  test('tell of a ledger that a newer version of the program wrote', async () => {
    const { path, ledger, command } = await withOperations([{}])
    ledger.close()
    const db = new Database(path)
    db.pragma('user_version = 999')
    db.close()
    const { code, stderr } = await command('operations', 'list')
    expect(code).toBe(1)
    expect(stderr).toContain('update the program')
    expect(() => openLedger({ path, as: 'tool' })).toThrow('update the program')
  })
})
