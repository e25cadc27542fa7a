import { describe, expect, test } from 'vitest'
import { customerEnvelope, jane } from '../support/bridge.ts'
import { startWithCoupons, welcome } from '../support/coupons.ts'

describe('the customer of a coupon', () => {
  test('is named by Odoo id, by email or by the shop’s id', async () => {
    const { create, post, row } = await startWithCoupons()
    const { body: customer } = await post(customerEnvelope(jane, { action_type: 'created' }))
    const names = [{ customer_odoo_id: 1001 }, { customer_email: 'JANE@example.com' }, { id_customer: customer.entity_id }]
    for (const [index, name] of names.entries()) {
      const { body } = await create({ ...welcome, code: `FOR-${index}`, ...name }, { entity_id: 3001 + index })
      expect(row(Number(body.entity_id))).toMatchObject({ id_customer: String(customer.entity_id) })
    }
  })

  test('is waited for when the shop does not have it yet', async () => {
    const { create, post, drained, row } = await startWithCoupons({ config: { ACK_WAIT_MS: '200' } })
    expect((await create({ ...welcome, customer_odoo_id: 1001 })).status).toBe(202)
    const { body } = await post(customerEnvelope(jane, { action_type: 'created' }))
    await drained()
    expect(row()).toMatchObject({ id_customer: String(body.entity_id) })
  })

  test.each([{ id_customer: null }, { id_customer: 0 }, { customer_odoo_id: false }])(
    'can be taken away, so that the coupon is for everybody: %j',
    async (nobody) => {
      const { create, update, row } = await startWithCoupons()
      await create({ ...welcome, id_customer: 1 })
      expect((await update(nobody)).body).toMatchObject({ outcome: 'updated', updated_fields: ['id_customer'] })
      expect(row()).toMatchObject({ id_customer: '0' })
    }
  )

  test('is not taken away when one of its names is left empty', async () => {
    const { create, update, row } = await startWithCoupons()
    await create({ ...welcome, id_customer: 1 })
    await update({ id_customer: null, customer_email: 'pub@prestashop.com', priority: 2 })
    expect(row()).toMatchObject({ id_customer: '1', priority: '2' })
  })

  test('must exist', async () => {
    const { create } = await startWithCoupons()
    expect((await create({ ...welcome, id_customer: 999 })).body).toMatchObject({ code: 'validation', field: 'id_customer' })
  })
})
