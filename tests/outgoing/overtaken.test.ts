import { describe, expect, onTestFinished, test } from 'vitest'
import { customerEnvelope, until } from '../support/bridge.ts'
import type { ModuleStyle } from '../support/module.ts'
import { startTwoWays, type TwoWays } from '../support/two-ways.ts'
import { hanging, type Odoo, playOdoo, status, taking } from './odoo.ts'

/** A bridge between a shop with the module and an Odoo that answers as it is told. */
const between = async (module: ModuleStyle): Promise<TwoWays & { readonly odoo: Odoo }> => {
  const odoo = await playOdoo()
  onTestFinished(() => odoo.close())
  return { ...(await startTwoWays({ module, config: { ODOO_WEBHOOK_URL: odoo.url } })), odoo }
}

const pub = (data: Record<string, unknown>) => customerEnvelope({ email: 'pub@prestashop.com', ...data })

/** What Odoo was told of the first name, in order. */
const told = ({ requests }: Odoo): unknown[] =>
  requests.flatMap(({ events }) => events.map(({ after_data: after }) => (typeof after === 'object' && after !== null ? Reflect.get(after, 'firstname') : undefined)))

const atRest = async ({ outbox, drained }: TwoWays): Promise<void> => {
  await drained()
  await until(() => outbox().every(({ status: is }) => is !== 'pending' && is !== 'held'), 'nothing is on its way')
}

describe('A change of Odoo that is applied while Odoo is told an older one', () => {
  test('ends with Odoo being told what the shop holds, once', async () => {
    const ways = await between('whole')
    const { answer, arrived, release } = hanging()
    ways.odoo.answers(answer, taking)
    ways.shop.backOffice.update('customers', 1, { firstname: 'Human' })
    await arrived
    // Odoo may write "Human" after its own "Bea".
    expect(await ways.post(pub({ firstname: 'Bea' }))).toMatchObject({ body: { outcome: 'updated' } })
    release()
    await until(() => ways.odoo.requests.length === 2, 'Odoo is told again')
    await atRest(ways)
    expect(told(ways.odoo)).toEqual(['Human', 'Bea'])
    expect(ways.shop.row('customers', 1)).toMatchObject({ firstname: 'Bea' })
  })

  test('in a field that the event does not tell needs no word', async () => {
    const ways = await between('field')
    const { answer, arrived, release } = hanging()
    ways.odoo.answers(answer, taking)
    ways.shop.backOffice.update('customers', 1, { firstname: 'Human' })
    await arrived
    await ways.post(pub({ note: 'of Odoo' }))
    release()
    await atRest(ways)
    expect(ways.odoo.requests).toHaveLength(1)
  })

  test('before Odoo took it at all makes it come with the values of now', async () => {
    const ways = await between('whole')
    ways.odoo.answers(status(503), taking)
    ways.shop.backOffice.update('customers', 1, { firstname: 'Human', lastname: 'Being' })
    await until(() => ways.odoo.requests.length === 1, 'Odoo takes nothing')
    await ways.post(pub({ firstname: 'Bea' }))
    await atRest(ways)
    expect(told(ways.odoo).slice(1)).toEqual(['Bea'])
  })

  test('after Odoo has turned it away leaves nothing to tell, nor an Odoo that is said to be away', async () => {
    const ways = await between('field')
    ways.odoo.answers(status(404))
    const working = async () => (await ways.get('/api/outbox')).body['delivery']
    await ways.post({ ...pub({ firstname: 'Anna' }), timestamp: new Date(Date.now() - 30_000).toISOString() })
    ways.shop.backOffice.update('customers', 1, { firstname: 'Human' })
    await until(() => ways.server.delivery.state().open, 'the delivery pauses')
    expect(await working()).toMatchObject({ working: false })
    await ways.post(pub({ firstname: 'Bea' }))
    await atRest(ways)
    expect(ways.outbox()).toMatchObject([{ status: 'suppressed' }])
    ways.server.delivery.pump()
    await until(() => !ways.server.delivery.state().open, 'the pause is forgotten')
    expect(await working()).toMatchObject({ working: true })
    expect(ways.odoo.requests).toHaveLength(1)
  })

  test('that lost to the shop is not taken for a new one when Odoo repeats it before it is told otherwise', async () => {
    const ways = await between('whole')
    const webhook = (firstname: string, secondsAgo: number) =>
      ways.post({ ...pub({ firstname, company: firstname }), timestamp: new Date(Date.now() - secondsAgo * 1_000).toISOString() })
    await webhook('Bea', 30)
    const { answer, arrived, release } = hanging()
    ways.odoo.answers(answer, taking)
    ways.shop.backOffice.update('customers', 1, { firstname: 'Human' })
    await arrived
    await webhook('Cleo', 20)
    await webhook('Cleo', 0)
    release()
    await atRest(ways)
    expect(ways.shop.row('customers', 1)).toMatchObject({ firstname: 'Human' })
  })
})
