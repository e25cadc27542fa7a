import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LedgerOpenError, LedgerUnavailableError } from '../../src/ledger/errors.ts'
import { openLedger } from '../../src/ledger/ledger.ts'
import { migrations } from '../../src/ledger/migrations.ts'
import { newOutboxId } from '../../src/ledger/outbox.ts'
import { newOperation, odooId, temporaryLedger, temporaryLedgerPath } from '../support/ledger.ts'

const lane = { entity_type: 'customer', odoo_model: 'res.partner', odoo_id: odooId(1) }

const bind = (ledger: ReturnType<typeof temporaryLedger>, odoo: number, shop: number) =>
  ledger.conclude({ ...lane, odoo_id: odooId(odoo) }, { endings: [], bind: { ...lane, odoo_id: odooId(odoo), shop_id: shop } })

const learn = (ledger: ReturnType<typeof temporaryLedger>, value: string, sourceTime: number) =>
  ledger.conclude(lane, {
    endings: [],
    known: {
      entity_type: 'customer',
      shop_id: 10,
      values: [
        {
          field: 'company',
          value_hash: ledger.known.fingerprint('customer', 10, 'company', value),
          value: null,
          source_time: sourceTime,
          operation_id: 'op'
        }
      ]
    }
  })
const known = (ledger: ReturnType<typeof temporaryLedger>) => ledger.known.of('customer', 10).get('company')?.value_hash

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8)

describe('opening the ledger', () => {
  test('makes the folder and a file in WAL mode at the newest step', () => {
    const path = temporaryLedgerPath()
    openLedger({ path, as: 'tool' }).close()
    const db = new Database(path)
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length)
    db.close()
  })

  test('makes files and folders for this user alone, whatever the umask, and leaves a folder that is there as it is', async () => {
    const folder = dirname(dirname(temporaryLedgerPath()))
    chmodSync(folder, 0o755)
    const umask = process.umask(0)
    onTestFinished(() => void process.umask(umask))
    const path = join(folder, 'new', 'data', 'ledger.db')
    const ledger = temporaryLedger(path)
    await ledger.accept(newOperation())
    ledger.settings.set('x', 'y')
    expect([folder, join(folder, 'new'), dirname(path)].map(modeOf)).toEqual(['755', '700', '700'])
    const files = readdirSync(dirname(path))
    expect(files).toEqual(expect.arrayContaining(['ledger.db', 'ledger.db-shm', 'ledger.db-wal', 'ledger.db.lock']))
    expect(files.filter((file) => modeOf(join(dirname(path), file)) !== '600')).toEqual([])
  })

  test.runIf(process.platform === 'linux').each(['/proc/no/such/ledger.db', '/dev/null', '/dev/null/ledger.db'])('says at once that it cannot be %s', (path) => {
    expect(() => openLedger({ path, as: 'tool' })).toThrow(/^The ledger .+ cannot be opened \(.+\): check that LEDGER_PATH names a SQLite file in a folder that this user may write\.$/)
  })

  test('refuses a second server on the same file with a clear message', () => {
    const path = temporaryLedgerPath()
    temporaryLedger(path)
    expect(() => openLedger({ path, as: 'server' })).toThrow(/Another server is already running on the ledger/)
  })

  test('refuses a second server in another process, until the first one is killed', () => {
    const path = temporaryLedgerPath()
    const script = `
      import { openLedger } from ${JSON.stringify(new URL('../../src/ledger/ledger.ts', import.meta.url).href)}
      openLedger({ path: ${JSON.stringify(path)}, as: 'server' })
      console.log('opened')
      process.kill(process.pid, 'SIGKILL')`
    const run = () => spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
    const first = openLedger({ path, as: 'server' })
    expect(run().stderr).toContain('Another server is already running')
    first.close()
    expect(run()).toMatchObject({ stdout: 'opened\n', signal: 'SIGKILL' })
    openLedger({ path, as: 'server' }).close()
  })

  test('lets the command line share the file with a server', async () => {
    const path = temporaryLedgerPath()
    const server = temporaryLedger(path)
    const { operation_id } = await server.accept(newOperation())
    const tool = openLedger({ path, as: 'tool' })
    expect(tool.find(operation_id)?.status).toBe('pending')
    tool.close()
  })

  test('refuses a file that is no database and says what to check', () => {
    const path = temporaryLedgerPath()
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, 'this is a text, and long enough not to be taken for an empty database file')
    expect(() => openLedger({ path, as: 'server' })).toThrow(LedgerOpenError)
    expect(() => openLedger({ path, as: 'server' })).toThrow(/LEDGER_PATH/)
  })

  test('refuses a file of a newer version', () => {
    const path = temporaryLedgerPath()
    openLedger({ path, as: 'tool' }).close()
    const db = new Database(path)
    db.pragma(`user_version = ${migrations.length + 1}`)
    db.close()
    expect(() => openLedger({ path, as: 'server' })).toThrow(/newer version/)
  })

  test('remembers everything across a restart and takes up what was being worked on', async () => {
    const path = temporaryLedgerPath()
    const before = openLedger({ path, as: 'server' })
    const { operation_id } = await before.accept(newOperation())
    before.take(1, () => 1)
    before.close()
    const after = temporaryLedger(path)
    expect(after.find(operation_id)?.status).toBe('processing')
    expect(after.recover()).toBe(1)
    expect(after.take(1, () => 1)[0]?.run[0]?.operation_id).toBe(operation_id)
  })
})

describe('group commit', () => {
  test('stores what arrives in one turn in one transaction, in order', async () => {
    const ledger = temporaryLedger()
    let commits = 0
    ledger.events.on('accepted', () => (commits += 1))
    const accepted = await Promise.all(Array.from({ length: 50 }, (_, index) => ledger.accept(newOperation({ odoo_id: odooId(index + 1) }))))
    await new Promise((resolve) => setImmediate(resolve))
    expect(commits).toBe(1)
    expect(accepted.map(({ operation_id }) => ledger.find(operation_id)?.odoo_id)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1)
    )
  })

  test('acknowledges nothing when the disk is full', async () => {
    const path = temporaryLedgerPath()
    const ledger = temporaryLedger(path)
    const { operation_id } = await ledger.accept(newOperation())
    const page = 4_096
    // No page more than the file has now: SQLite says the same as on a full disk.
    const limited = openLedger({ path, as: 'tool', maxPages: 1 })
    const big = newOperation({ source_payload: 'x'.repeat(page * 40) })
    await expect(Promise.all([limited.accept(big), limited.accept(big)])).rejects.toThrow(LedgerUnavailableError)
    await expect(limited.accept(big)).rejects.toThrow(/SQLITE_FULL/)
    limited.close()
    expect(ledger.list({ limit: 10 }).map((operation) => operation.operation_id)).toEqual([operation_id])
  })
})

describe('bindings', () => {
  test('are found from both sides', () => {
    const ledger = temporaryLedger()
    bind(ledger, 1, 10)
    expect(ledger.bindings.find(lane)?.shop_id).toBe(10)
    expect(ledger.bindings.owner('customer', 'res.partner', 10)?.odoo_id).toBe(1)
  })

  test('are never taken over by another record of Odoo', () => {
    const ledger = temporaryLedger()
    bind(ledger, 1, 10)
    expect(() => bind(ledger, 2, 10)).toThrow(/UNIQUE/)
    expect(ledger.bindings.owner('customer', 'res.partner', 10)?.odoo_id).toBe(1)
  })

  test('stay where the operator put them while an operation was under way', () => {
    const ledger = temporaryLedger()
    bind(ledger, 1, 10)
    ledger.bindings.rebind({ ...lane, shop_id: 11 })
    bind(ledger, 1, 10)
    expect(ledger.bindings.find(lane)?.shop_id).toBe(11)
  })

  test('of a record that was made just now end those of a record that had its id before', () => {
    const ledger = temporaryLedger()
    bind(ledger, 1, 10)
    const bound = { ...lane, odoo_id: odooId(2), shop_id: 10, isNew: true }
    ledger.conclude({ ...lane, odoo_id: odooId(2) }, { endings: [], bind: bound })
    expect(ledger.bindings.find(lane)).toBeUndefined()
    expect(ledger.bindings.owner('customer', 'res.partner', 10)?.odoo_id).toBe(2)
  })

  test('move when the operator says so', () => {
    const ledger = temporaryLedger()
    bind(ledger, 1, 10)
    ledger.bindings.rebind({ ...lane, odoo_id: odooId(2), shop_id: 10 })
    expect(ledger.bindings.find(lane)).toBeUndefined()
    expect(ledger.bindings.find({ ...lane, odoo_id: odooId(2) })?.shop_id).toBe(10)
  })

  test('go together with the known values when the record is gone', () => {
    const ledger = temporaryLedger()
    bind(ledger, 1, 10)
    const value = { field: 'company', value_hash: Buffer.from('x'), value: null, source_time: 1, operation_id: 'op' }
    ledger.conclude(lane, { endings: [], known: { entity_type: 'customer', shop_id: 10, values: [value] } })
    ledger.dropBinding(lane, 10)
    expect(ledger.bindings.find(lane)).toBeUndefined()
    expect(ledger.known.of('customer', 10).size).toBe(0)
  })
})

const statuses = (ledger: ReturnType<typeof temporaryLedger>) =>
  ledger.outgoing.read(({ outbox }) => outbox.list({ limit: 10 }).map(({ status, source }) => `${source} ${status}`))

describe('what an operation left as it is, for Odoo to hear', () => {
  const entry = { entity_type: 'customer', entity_id: 10, event: '{}', reason: 'conflict', fields: ['company'], own_write: 0 }
  const tellKept = (ledger: ReturnType<typeof temporaryLedger>): void => {
    const outbox_id = newOutboxId()
    const value = { field: 'company', value_hash: Buffer.from('x'), value: null, source_time: 1, operation_id: outbox_id }
    ledger.conclude(lane, { endings: [], tell: { entry: { ...entry, outbox_id, source: 'conflict', status: 'pending' }, values: [value] } })
  }
  test('is on its way at once', () => {
    const ledger = temporaryLedger()
    tellKept(ledger)
    expect(statuses(ledger)).toEqual(['conflict pending'])
    expect(ledger.known.of('customer', 10).size).toBe(1)
  })

  test('is read afresh after what waits to be read afresh', () => {
    const ledger = temporaryLedger()
    ledger.outgoing.write(({ outbox }) => outbox.put({ ...entry, outbox_id: newOutboxId(), source: 'relay', status: 'held' }))
    tellKept(ledger)
    expect(statuses(ledger)).toEqual(['conflict held', 'relay held'])
    expect(ledger.known.of('customer', 10).size).toBe(0)
  })
})

describe('our own writes', () => {
  const write = {
    operation_id: 'op_1',
    entity_type: 'customer',
    shop_id: 10,
    creation_key: null,
    action: 'updated' as const,
    fields: {},
    source_times: {},
    as_read: {},
    read_date_upd: null,
    is_sequel: false,
    is_polled: false,
    started_at: 0
  }
  test('made once more are later than the attempt whose answer was lost, and than one that was taken back', () => {
    const ledger = temporaryLedger()
    const begun = (): number => {
      ledger.ownWrites.begin(write)
      return ledger.outgoing.read(({ ownWrites }) => ownWrites.lastOf('customer', 10))
    }
    const first = begun()
    const second = begun()
    ledger.ownWrites.withdraw(write)
    const third = begun()
    expect(second).toBeGreaterThan(first)
    expect(third).toBeGreaterThan(second)
  })
})

test('ids sort as they were made, also within a millisecond', () => {
  const ids = Array.from({ length: 300 }, newOutboxId)
  expect(ids.toSorted()).toEqual(ids)
})

describe('known values', () => {
  test('are not replaced by an older one', () => {
    const ledger = temporaryLedger()
    learn(ledger, 'new', 2_000)
    learn(ledger, 'old', 1_000)
    expect(known(ledger)).toEqual(ledger.known.fingerprint('customer', 10, 'company', 'new'))
  })

  test('are hashes that mean nothing without the key of this ledger', () => {
    const one = temporaryLedger()
    const other = temporaryLedger()
    const hash = one.known.fingerprint('customer', 10, 'email', 'jane@example.com')
    expect(hash).toHaveLength(12)
    expect(hash).not.toEqual(other.known.fingerprint('customer', 10, 'email', 'jane@example.com'))
    expect(hash).not.toEqual(one.known.fingerprint('customer', 11, 'email', 'jane@example.com'))
  })
})
