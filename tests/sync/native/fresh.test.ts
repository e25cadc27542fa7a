import { expect, test } from 'vitest'
import type { OdooReader } from '../../../src/sync/entity.ts'
import { freshen } from '../../../src/sync/native/fresh.ts'
import { fieldsToTick } from '../../../src/sync/native/model.ts'
import { partner } from '../../../src/sync/native/partner.ts'
import type { NativeRecord } from '../../../src/sync/native/run.ts'
import { odooId } from '../../support/ledger.ts'

const told: NativeRecord = {
  model: 'res.partner',
  id: odooId(7),
  isDeletion: false,
  isForced: false,
  values: new Map([['name', { value: 'Jane Roe', at: 1 }], ['phone', { value: '1', at: 1 }]])
}

const values = ({ values: own }: NativeRecord): Record<string, unknown> =>
  Object.fromEntries(Array.from(own, ([field, { value }]) => [field, value]))

/** An Odoo that has one contact, and what it was asked for. */
const odooWith = (record: Record<string, unknown> | undefined): { reader: OdooReader; asked: unknown[] } => {
  const asked: unknown[] = []
  const read: OdooReader['read'] = (...question) => {
    asked.push(question)
    return Promise.resolve(record)
  }
  return { reader: { read }, asked }
}

test("with Odoo's API a stale webhook is completed by the record as it is now, and what is the same is as old as it was", async () => {
  const { reader, asked } = odooWith({ name: 'Jane Doe', phone: '1', email: 'jane@example.com' })
  const fresh = await freshen(told, partner, reader)
  expect(asked).toEqual([['res.partner', 7, fieldsToTick(partner)]])
  expect(values(fresh)).toEqual({ name: 'Jane Doe', phone: '1', email: 'jane@example.com' })
  expect(fresh.values.get('phone')?.at).toBe(1)
})

test("where Odoo does not have the record, or without its API, the webhook's own values count", async () => {
  expect(await freshen(told, partner, odooWith(undefined).reader)).toBe(told)
  expect(await freshen(told, partner, undefined)).toBe(told)
})

test('a deletion is not asked about', async () => {
  const { reader, asked } = odooWith({ name: 'Jane Doe' })
  await freshen({ ...told, isDeletion: true }, partner, reader)
  expect(asked).toEqual([])
})
