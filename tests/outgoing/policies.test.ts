import { describe, expect, test } from 'vitest'
import { customerEnvelope, jane, until } from '../support/bridge.ts'
import { startTwoWays } from '../support/two-ways.ts'

const at = (milliseconds: number): { timestamp: string } => ({ timestamp: new Date(milliseconds).toISOString() })

/** Jane is in both; somebody in the shop has just changed her last name, and the event is on its way to Odoo. */
const changedInShop = async (policy: string) => {
  const ways = await startTwoWays({ config: { CONFLICT_POLICY: policy } })
  const { body } = await ways.post(customerEnvelope(jane, { action_type: 'created', ...at(Date.now() - 60_000) }))
  const id = Number(body['entity_id'])
  ways.shop.backOffice.update('customers', id, { lastname: 'Human' })
  await until(() => ways.answers.length === 2, 'the module was answered')
  const deliver = (time: number): void =>
    ways.server.ledger.outgoing.write(({ outbox, known }) => {
      for (const { outbox_id } of ways.outbox()) {
        outbox.settle(outbox_id, 'delivered', null)
        known.tells.deliver(outbox_id, time)
      }
    })
  return { ...ways, deliver, row: () => ways.shop.row('customers', id) }
}

describe('What Odoo has changed before it heard of the change in the shop', () => {
  test.each([
    ['last-write-wins', 1_500, 'Odoo'],
    ['last-write-wins', -30_000, 'Human'],
    ['shop-wins', 1_500, 'Human'],
    ['shop-wins', -30_000, 'Human'],
    ['odoo-wins', 1_500, 'Odoo'],
    ['odoo-wins', -30_000, 'Odoo']
  ])('with %s, %i ms after it, ends as %s', async (policy, later, lastname) => {
    const { post, row } = await changedInShop(policy)
    await post(customerEnvelope({ lastname: 'Odoo' }, at(Date.now() + later)))
    expect(row()).toMatchObject({ lastname })
  })

  test.each(['shop-wins', 'odoo-wins'])('ends the same on both sides with %s: Odoo is told', async (policy) => {
    const ways = await changedInShop(policy)
    ways.deliver(Date.now())
    await ways.post(customerEnvelope({ lastname: 'Odoo' }, at(Date.now() - 30_000)))
    const told = await ways.settled()
    expect(told.at(-1)).toMatchObject({ lastname: ways.row()?.['lastname'] })
  })
})

describe('What Odoo has changed after it heard of the change in the shop', () => {
  test.each(['last-write-wins', 'shop-wins', 'odoo-wins'])('comes to the shop with %s', async (policy) => {
    const { post, row, deliver } = await changedInShop(policy)
    deliver(Date.now() - 10_000)
    await post(customerEnvelope({ lastname: 'Odoo' }, at(Date.now())))
    expect(row()).toMatchObject({ lastname: 'Odoo' })
  })
})

test('with odoo-wins, an older change of Odoo does not come over a later one that it won with', async () => {
  const { post, row } = await changedInShop('odoo-wins')
  await post(customerEnvelope({ lastname: 'Odoo' }, at(Date.now() - 10_000)))
  await post(customerEnvelope({ lastname: 'Older' }, at(Date.now() - 20_000)))
  expect(row()).toMatchObject({ lastname: 'Odoo' })
  await post(customerEnvelope({ lastname: 'Newer' }, at(Date.now() - 5_000)))
  expect(row()).toMatchObject({ lastname: 'Newer' })
})

test('with odoo-wins, what Odoo repeats of an event that came over its own change does not undo that', async () => {
  const { post, row, deliver } = await changedInShop('odoo-wins')
  await post(customerEnvelope({ firstname: 'Odoo' }, at(Date.now() - 500)))
  deliver(Date.now())
  await post(customerEnvelope({ firstname: jane.firstname, lastname: 'Human' }, at(Date.now())))
  expect(row()).toMatchObject({ firstname: 'Odoo', lastname: 'Human' })
})

test('with shop-wins, a field that the event tells as Odoo itself has said it is still for Odoo to change', async () => {
  const { post, row } = await changedInShop('shop-wins')
  await post(customerEnvelope({ firstname: jane.firstname, note: 'New' }, at(Date.now() - 10_000)))
  await post(customerEnvelope({ firstname: 'Odoo' }, at(Date.now() + 100)))
  expect(row()).toMatchObject({ firstname: 'Odoo', lastname: 'Human' })
})
