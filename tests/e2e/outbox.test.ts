import { describe, expect, test } from 'vitest'
import { openLedger } from '../../src/ledger/ledger.ts'
import { newOutboxId, type OutboxEntry } from '../../src/ledger/outbox.ts'
import { customerEvent, newEntry } from '../outgoing/delivery-stage.ts'
import { hanging, type Odoo, playOdoo, results, taking } from '../outgoing/odoo.ts'
import { afterFile } from '../support/leftovers.ts'
import { cli, environmentFor, ledgerPath, servedShop, startProcess } from '../support/process.ts'

const play = async (): Promise<Odoo> => {
  const odoo = await playOdoo()
  afterFile(odoo.close)
  return odoo
}

/** Puts events about these customers into the outbox, as another process. */
const put = (path: string, customers: readonly number[]): string[] => {
  const ledger = openLedger({ path, as: 'tool' })
  const ids = customers.map(newOutboxId)
  ledger.outgoing.write(({ outbox }) => {
    for (const [index, id] of customers.entries()) {
      outbox.put(newEntry(customerEvent(id, {}, { event_id: `event ${index}` }), { outbox_id: ids[index]!, source: 'poll' }))
    }
  })
  ledger.close()
  return ids
}

const entries = (path: string): OutboxEntry[] => {
  const ledger = openLedger({ path, as: 'tool' })
  const all = ledger.outgoing.read(({ outbox }) => outbox.list({ limit: 1_000 })).toReversed()
  ledger.close()
  return all
}

const delivered = async (path: string): Promise<void> => {
  while (entries(path).some(({ status }) => status !== 'delivered')) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe.concurrent('kill -9 while Odoo has the events', () => {
  test('loses none: they are sent again under the same webhook-id, and the rest after them in order', async () => {
    const [shop, odoo] = await Promise.all([servedShop(), play()])
    const { answer, arrived, release } = hanging()
    odoo.answers(answer, taking)
    const ledger = ledgerPath()
    put(ledger, [1, 2, 1])
    const first = await startProcess(shop, ledger, { ODOO_WEBHOOK_URL: odoo.url })
    await arrived
    first.kill('SIGKILL')
    expect((await first.ended).signal).toBe('SIGKILL')
    release()
    expect(entries(ledger).map(({ status }) => status)).toEqual(['pending', 'pending', 'pending'])

    await startProcess(shop, ledger, { ODOO_WEBHOOK_URL: odoo.url })
    await delivered(ledger)
    expect(odoo.seen()).toEqual([['event 0', 'event 1'], ['event 0', 'event 1'], ['event 2']])
    const [once, again, rest] = odoo.requests.map(({ headers }) => headers.get('webhook-id'))
    expect(again).toBe(once)
    expect(rest).not.toBe(once)
  })

  test('again and again loses none of 600 events, and tells each record its events in order', async () => {
    const [shop, odoo] = await Promise.all([servedShop(), play()])
    const ledger = ledgerPath()
    const customers = Array.from({ length: 600 }, (_, index) => (index % 150) + 1)
    put(ledger, customers)
    for (const requests of [2, 4, 6]) {
      const { promise: killed, resolve } = Promise.withResolvers<void>()
      const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
      odoo.answers(async (request) => {
        if (odoo.requests.length < requests) return taking(request)
        reach()
        await killed
        return taking(request)
      })
      const running = await startProcess(shop, ledger, { ODOO_WEBHOOK_URL: odoo.url })
      await reached
      running.kill('SIGKILL')
      await running.ended
      resolve()
    }
    odoo.answers(taking)
    await startProcess(shop, ledger, { ODOO_WEBHOOK_URL: odoo.url })
    await delivered(ledger)
    const told = odoo.requests.flatMap(({ events }) => events.map(({ event_id: id }) => Number(String(id).slice('event '.length))))
    expect(new Set(told).size).toBe(600)
    for (const customer of new Set(customers)) {
      // A repetition is of the last one that Odoo has seen.
      const own = told.filter((index) => customers[index] === customer)
      expect(own.toSorted((one, other) => one - other)).toEqual(own)
    }
  })
})

describe.concurrent('outbox, beside a running server', () => {
  test('is listed for people and for programs without what events tell, and one is shown with it', async () => {
    const [shop, odoo] = await Promise.all([servedShop(), play()])
    odoo.answers(results({ success: true }, { success: false, error: 'no such group' }))
    const ledger = ledgerPath()
    const [one, other] = put(ledger, [1, 2])
    await startProcess(shop, ledger, { ODOO_WEBHOOK_URL: odoo.url })
    while (entries(ledger).some(({ attempts }) => attempts === 0)) await new Promise((resolve) => setTimeout(resolve, 20))
    const environment = environmentFor(shop, ledger)
    const command = (...parameters: string[]) => cli(['outbox', ...parameters], environment).ended
    const [list, pending, json, show, none] = await Promise.all([
      command('list'),
      command('list', '--status', 'pending'),
      command('list', '--json'),
      command('show', one!),
      command('show', 'out_none')
    ])
    for (const { code, stderr } of [list, pending, json, show]) expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(list.stdout.split('\n')[0]).toMatch(/^ADDED +EVENT +WHAT +FROM +STATUS +ATTEMPTS +WHY$/)
    expect(list.stdout).toMatch(new RegExp(`${one} +customer 1 +poll +delivered +1 +change`))
    expect(pending.stdout).not.toContain(one)
    expect(pending.stdout).toMatch(new RegExp(`${other} +customer 2 +poll +pending +1 +Odoo refused it: no such group`))
    expect(JSON.parse(json.stdout)).toMatchObject([{ outbox_id: other, attempts: 1 }, { outbox_id: one, status: 'delivered' }])
    expect(list.stdout + json.stdout).not.toContain('example.com')
    expect(JSON.parse(show.stdout)).toMatchObject({ outbox_id: one, event: { after_data: { email: 'jane1@example.com' } } })
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no event out_none') })
  })

  test('is tried again by the server: one event, or all', async () => {
    const [shop, odoo] = await Promise.all([servedShop(), play()])
    odoo.answers(results({ success: false }, { success: false }, { success: false }), taking)
    const ledger = ledgerPath()
    const [one] = put(ledger, [1, 2, 3])
    await startProcess(shop, ledger, { ODOO_WEBHOOK_URL: odoo.url })
    while (entries(ledger).some(({ attempts }) => attempts === 0)) await new Promise((resolve) => setTimeout(resolve, 20))
    const environment = environmentFor(shop, ledger)
    const retry = (...parameters: string[]) => cli(['outbox', 'retry', ...parameters], environment).ended
    expect(await retry(one!)).toMatchObject({ code: 0, stdout: `${one} is tried again.\n` })
    expect(await retry('--all')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d events are tried again\.\n$/) })
    await delivered(ledger)
    const [again, both, neither] = await Promise.all([retry(one!), retry(one!, '--all'), retry()])
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be tried again') })
    expect(both.code).toBe(2)
    expect(neither).toMatchObject({ code: 2, stderr: 'Name one event, or give --all.\n' })
  })
})
