import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { judgeSpace } from '../../src/check/disk.ts'
import type { Finding } from '../../src/check/finding.ts'
import { newOutboxId } from '../../src/ledger/outbox.ts'
import { temporaryLedgerPath } from '../support/ledger.ts'
import { about, check, type Environment, shopAt } from './checking.ts'
import { commandLine, wellConfigured } from './command-line.ts'
import { endNext, withOperations } from './operations.ts'

describe('the configuration', () => {
  test('that is wrong ends with 2, each variable a problem', async () => {
    const { code, result, findings } = await check({ PRESTASHOP_KEY: 'hunter2', PORT: 'http' })
    expect({ code, result }).toEqual({ code: 2, result: 'problem' })
    expect(findings.map(({ about: subject, message }) => `${subject}: ${message.split(':')[0]}`)).toEqual([
      'configuration: PORT is wrong',
      'configuration: PRESTASHOP_KEY is wrong'
    ])
    expect(JSON.stringify(findings)).not.toContain('hunter2')
  })

  test('that is wrong has the names in .env which mean nothing beside it', async () => {
    const checked = await check({ PORT: 'http' }, ['ADMIN_TOCKEN', 'PROT'])
    expect(checked).toMatchObject({ code: 2, result: 'problem' })
    expect(about(checked, 'configuration')).toMatchObject([
      { level: 'problem', message: expect.stringContaining('PORT is wrong') },
      { level: 'warning', message: 'ADMIN_TOCKEN, PROT in .env are no variables of this program' }
    ])
  })

  test('that has names in .env which mean nothing is warned of', async () => {
    shopAt()
    const checked = await check({}, ['PRESTASHOP_TIMEOUT'])
    expect(checked).toMatchObject({ code: 0, result: 'warning' })
    expect(about(checked, 'configuration')).toMatchObject([{ level: 'warning', message: 'PRESTASHOP_TIMEOUT in .env is no variable of this program' }])
  })
})

describe('what check prints', () => {
  const limited = { key: 'OTHEROTHEROTHEROTHEROTHEROTHEROT' }

  test('is one line for each finding, with what to do', async () => {
    shopAt(limited)
    const { code, stdout } = await commandLine({ environment: { LEDGER_PATH: temporaryLedgerPath() } })('check')
    const lines = stdout.trimEnd().split('\n')
    expect(code).toBe(1)
    expect(lines.at(-1)).toBe('Something is wrong; see the problems.')
    expect(lines.slice(0, -2)).toEqual(lines.slice(0, -2).filter((line) => /^(?:ok|warning|problem) +\S.*\.( → .+)?$/.test(line)))
    expect(lines).toContainEqual(expect.stringMatching(/^problem {2}key +the shop refuses the key \(code 20, 21\)\. → Copy an enabled key into PRESTASHOP_KEY/))
  })

  test('is coloured on a terminal', async () => {
    shopAt()
    const { code, stdout } = await commandLine({ environment: { LEDGER_PATH: temporaryLedgerPath() }, columns: 120 })('check')
    expect(code).toBe(0)
    expect(stdout).toContain('\u001B[32mok')
    expect(stdout).toContain('All is well.')
  })
})

const ledgerFindings = async (path: string): Promise<readonly string[]> => {
  shopAt()
  const checked = await check({ LEDGER_PATH: path })
  return ['ledger', 'operations', 'outbox', 'switch', 'disk'].flatMap((subject) =>
    about(checked, subject).map(({ level, message, advice = '' }) => `${level} ${message.replace(path, 'it')} ${advice}`.trim())
  )
}

describe('the ledger', () => {
  const room = expect.stringMatching(/^ok \d+\.\d GB are free for the ledger$/)

  test('that is not there yet is fine', async () => {
    expect(await ledgerFindings(temporaryLedgerPath())).toEqual(['ok it is not there yet: the server makes it at its first start', room])
  })

  test('may be in use by a server, or not', async () => {
    const { path, ledger } = await withOperations([{}, {}])
    expect(await ledgerFindings(path)).toEqual(['ok it can be written; a server is running on it', 'ok 2 pending, 0 failed', room])
    ledger.close()
    expect((await ledgerFindings(path))[0]).toBe('ok it can be written; no server is running on it')
  })

  test('that every user of the machine can read is warned of', async () => {
    const { path } = await withOperations([])
    chmodSync(path, 0o644)
    expect((await ledgerFindings(path)).join()).not.toContain('every user')
    chmodSync(dirname(path), 0o755)
    expect(await ledgerFindings(path)).toContainEqual(expect.stringMatching(/^warning every user of this machine can read it.* chmod 600 /))
  })

  test('tells of events that Odoo did not take', async () => {
    const { path, ledger } = await withOperations([])
    const event = { outbox_id: newOutboxId(), entity_type: 'customer', entity_id: 1, source: 'poll', reason: null, fields: [], own_write: 0, event: '{}' } as const
    ledger.outgoing.write(({ outbox }) => outbox.put({ ...event, status: 'failed' }))
    expect(await ledgerFindings(path)).toContainEqual(expect.stringMatching(/^warning Odoo refused events.* outbox list --status failed$/))
  })

  test('tells of what failed and of the switch that is off', async () => {
    const { path, ledger } = await withOperations([{}])
    endNext(ledger, { status: 'failed', error: { message: 'no', kind: 'permanent' } })
    ledger.settings.set('reverse_sync_enabled', 'false')
    expect(await ledgerFindings(path)).toEqual([
      expect.stringMatching(/^ok/),
      'warning 0 pending, 1 failed npm run cli -- operations list --status failed',
      'warning the reverse sync is switched off: nothing is written into the shop npm run cli -- enable',
      room
    ])
  })

  test('of an older version of the program is fine', async () => {
    const { path, ledger } = await withOperations([])
    ledger.close()
    const db = new Database(path)
    db.pragma('user_version = 1')
    db.close()
    expect(await ledgerFindings(path)).toEqual([
      expect.stringMatching(/^ok/),
      'ok not looked at: the server brings the ledger up to date at its next start',
      room
    ])
  })

  test('cannot be where there is no folder', async () => {
    const path = temporaryLedgerPath()
    mkdirSync(dirname(dirname(path)), { recursive: true })
    writeFileSync(dirname(path), '')
    expect((await ledgerFindings(path))[0]).toMatch(/^problem .* is not a folder Correct LEDGER_PATH$/)
  })

  test('cannot be another kind of file', async () => {
    const path = join(temporaryLedgerPath(), '..', '..', 'notes.txt')
    writeFileSync(path, 'these are forty characters and no ledger')
    expect((await ledgerFindings(path))[0]).toMatch(/^problem The ledger .* cannot be opened \(file is not a database\)/)
  })

  test.each([
    [50_000_000, 'problem'],
    [500_000_000, 'warning'],
    [5_000_000_000, 'ok']
  ])('with %s bytes of free room is a case of %s', (bytes, level) => {
    expect(judgeSpace(bytes)).toMatchObject({ about: 'disk', level })
  })
})

const secretsOf = async (environment: Environment): Promise<readonly Finding[]> => {
  shopAt()
  return about(await check(environment), 'secrets')
}

describe('the secrets', () => {
  test.each([
    ['short', { WEBHOOK_SECRET: 'password' }, 'WEBHOOK_SECRET is short'],
    ['monotonous', { WEBHOOK_SECRET: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }, 'WEBHOOK_SECRET is short or monotonous'],
    ['short, one of several', { WEBHOOK_SECRET: `${wellConfigured.WEBHOOK_SECRET}, password` }, 'WEBHOOK_SECRET is short'],
    ['short, of the admin', { ADMIN_TOKEN: 'adminadminadmin1' }, 'ADMIN_TOKEN is short'],
    ['used twice', { ADMIN_TOKEN: wellConfigured.WEBHOOK_SECRET }, 'two of WEBHOOK_SECRET, ADMIN_TOKEN and PRESTASHOP_KEY are the same']
  ])('that are %s are warned of, and never told', async (_, environment, message) => {
    const findings = await secretsOf(environment)
    expect(findings).toMatchObject([{ level: 'warning', message: expect.stringContaining(message) }])
    for (const secret of Object.values(environment)) expect(JSON.stringify(findings)).not.toContain(`"${secret}"`)
  })

  test('in rotation are told to be so', async () => {
    expect(await secretsOf({ WEBHOOK_SECRET: `${wellConfigured.WEBHOOK_SECRET}, 098f6bcd4621d373cade4e832627b4f6` })).toMatchObject([
      { level: 'ok', message: expect.stringContaining('2 values of WEBHOOK_SECRET count') }
    ])
  })
})

const listening = async (environment: Environment): Promise<readonly string[]> => {
  shopAt()
  const checked = await check(environment)
  return [...about(checked, 'listening'), ...about(checked, 'operator')].map(({ level, message }) => `${level} ${message}`)
}

describe('who can reach the server', () => {
  test.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('is only this machine at %s', async (host) => {
    expect(await listening({ HOST: host })).toEqual([
      expect.stringMatching(/^ok .*only this machine/),
      expect.stringMatching(/^ok ADMIN_TOKEN is not set: .* set it before a reverse proxy/)
    ])
  })

  test.each(['0.0.0.0', '::', '192.168.1.10'])('is others, too, at %s: that wants TLS and a token', async (host) => {
    expect(await listening({ HOST: host })).toEqual([
      expect.stringMatching(/^warning .*without encryption/),
      `warning HOST is ${host}, and ADMIN_TOKEN is not set`
    ])
    expect(await listening({ HOST: host, ADMIN_TOKEN: '098f6bcd4621d373cade4e832627b4f6' })).toHaveLength(1)
  })

  test('matters for the way to the shop as well', async () => {
    shopAt({ url: 'http://shop.test' })
    const checked = await check({ PRESTASHOP_URL: 'http://shop.test' })
    expect(about(checked, 'encryption')).toMatchObject([{ level: 'warning', message: expect.stringContaining('without encryption'), advice: 'Use https' }])
  })
})
