import { expect, test } from 'vitest'
import { addressEnvelope, customerEnvelope, home, jane } from '../../support/bridge.ts'
import { setStage } from './stage.ts'

test('a customer of a shop without PATCH is put back whole: nothing is lost, its secure_key neither', async () => {
  const { shop, apply, writes } = setStage({ shop: { patch: false } })
  const whole = { ...jane, note: 'keep\r\nme & <this>', birthday: '1990-01-31' }
  const { entity_id: id } = (await apply(customerEnvelope(whole, { action_type: 'created' }))) ?? {}
  const { date_upd: _then, ...before } = shop.row('customers', Number(id)) ?? {}
  const groups = shop.associations('customers', Number(id))
  writes()
  expect(await apply(customerEnvelope({ company: 'Roe & Sons' }))).toMatchObject({ outcome: 'updated' })
  expect(writes()).toEqual([`PATCH customers/${id}`, `PUT customers/${id}`])
  expect(before['secure_key']).not.toBe('')
  expect(shop.row('customers', Number(id))).toMatchObject({ ...before, company: 'Roe & Sons' })
  expect(shop.associations('customers', Number(id))).toEqual(groups)

  // Once the shop has said that it has no PATCH, it is not asked again.
  await apply(customerEnvelope({ company: 'Roe' }))
  expect(writes()).toEqual([`PUT customers/${id}`])
})

test('an address of a shop without PATCH keeps its customer and everything else', async () => {
  const { shop, apply } = setStage({ shop: { patch: false } })
  const { entity_id: id } = (await apply(addressEnvelope({ ...home, id_customer: 1, other: 'Ring & wait', id_state: 12 }))) ?? {}
  const { date_upd: _then, ...before } = shop.row('addresses', Number(id)) ?? {}
  expect(await apply(addressEnvelope({ city: 'Tampa' }, { action_type: 'updated' }))).toMatchObject({ outcome: 'updated' })
  expect(shop.row('addresses', Number(id))).toMatchObject({ ...before, city: 'Tampa' })
})
