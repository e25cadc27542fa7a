import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { SandboxShop } from '../../src/sandbox/shop.ts'
import { customerEnvelope, jane } from '../support/bridge.ts'
import { environmentFor, ledgerPath, listening, run, servedShop, START, startProcess } from '../support/process.ts'

const numbered = (index: number, note = '') =>
  customerEnvelope({ ...jane, email: `jane${index}@example.com`, note }, { entity_id: index + 1, action_type: 'created' })

const emailsIn = (shop: SandboxShop): string[] => shop.rows('customers').map((row) => row['email'] ?? '')

// No file of the process may grow beyond a size: the system refuses the write, as on a full disk. Only Linux can give
// the room back to a process that runs.
test.runIf(process.platform === 'linux')('a full disk is answered with 503, and the server goes on when there is room again', async () => {
  const shop = await servedShop()
  const ledger = ledgerPath()
  const bridge = await listening(run('prlimit', ['--fsize=1500000:', process.execPath, ...START], environmentFor(shop, ledger)))
  const note = 'x'.repeat(50_000)
  const stored: number[] = []
  let refused: Awaited<ReturnType<typeof bridge.post>> | undefined
  for (let index = 0; refused === undefined; index += 1) {
    const reply = await bridge.post(numbered(index, note))
    if (reply.status === 202) stored.push(index)
    else refused = reply
  }
  expect(refused).toMatchObject({ status: 503, body: { success: false, error: expect.stringContaining('ledger') } })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(stored.length).toBeGreaterThan(3)
  // A load balancer sees it, once not even a small write fits in, and the process is up.
  while ((await bridge.get('/readyz')).status === 200) await sleep(1)
  expect((await bridge.get('/readyz')).status).toBe(503)
  expect((await bridge.get('/healthz')).status).toBe(200)
  expect(bridge.log().some(({ level, msg }) => level === 50 && String(msg).includes('disk space'))).toBe(true)

  execFileSync('prlimit', [`--pid=${bridge.pid}`, '--fsize=unlimited:'])
  expect((await bridge.post(numbered(1_000))).status).toBe(202)
  await bridge.drained()
  expect((await bridge.get('/readyz')).status).toBe(200)
  const emails = emailsIn(shop)
  expect(new Set(emails).size).toBe(emails.length)
  for (const index of [...stored, 1_000]) expect(emails).toContain(`jane${index}@example.com`)
})

test.concurrent('a ledger that another process has locked is answered with 503, and the server goes on when it is free', async () => {
  const shop = await servedShop()
  const ledger = ledgerPath()
  const bridge = await startProcess(shop, ledger)
  const other = new Database(ledger)
  other.exec('BEGIN IMMEDIATE')
  const refused = await bridge.post(numbered(1))
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  other.exec('ROLLBACK')
  other.close()
  while ((await bridge.post(numbered(2))).status !== 202) await sleep(50)
  await bridge.drained()
  expect(emailsIn(shop)).toContain('jane2@example.com')
})
