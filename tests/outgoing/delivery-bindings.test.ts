import { describe, expect, test } from 'vitest'
import type { Binding } from '../../src/ledger/bindings.ts'
import { odooId } from '../support/ledger.ts'
import { addressEvent, customerEvent, setStage, type Stage, type StageOptions } from './delivery-stage.ts'
import { json, type OdooAnswer, results } from './odoo.ts'

interface Given {
  readonly events: readonly Record<string, unknown>[]
  readonly answer: OdooAnswer
  readonly bound?: readonly [entityType: string, odoo: number, shop: number][]
  readonly options?: StageOptions
}

/** Delivers the events; gives the stage afterwards. */
const delivered = async ({ events, answer, bound = [], options }: Given): Promise<Stage> => {
  const stage = await setStage(options)
  const models: Readonly<Record<string, string>> = { customer: 'res.partner', address: 'res.partner', order: 'sale.order' }
  for (const [entity_type, odoo, shop_id] of bound) {
    stage.ledger.bindings.rebind({ entity_type, odoo_model: models[entity_type] ?? '', odoo_id: odooId(odoo), shop_id })
  }
  stage.odoo.answers(answer)
  stage.putAll(events)
  stage.delivery.start()
  await stage.drained()
  return stage
}

const bindings = ({ ledger }: Stage): string[] =>
  ledger.bindings
    .list(undefined, 100)
    .map(({ entity_type, odoo_model, odoo_id, shop_id }: Binding) => `${entity_type} ${odoo_model} ${odoo_id} = ${shop_id}`)

const contradictions = ({ log }: Stage): Record<string, unknown>[] => log().filter(({ msg }) => String(msg).startsWith('Odoo told an id'))

const done = (id: unknown): Record<string, unknown> => ({ success: true, odoo_id: id })

describe('an odoo_id in the result of a delivered event', () => {
  test('binds the record to it', async () => {
    const order = { ...customerEvent(8), entity_type: 'order' }
    const stage = await delivered({ events: [customerEvent(5), order, addressEvent(9, 5)], answer: results(done(77), done('12'), done(78)) })
    expect(bindings(stage)).toEqual(['address res.partner 78 = 9', 'customer res.partner 77 = 5', 'order sale.order 12 = 8'])
    expect(contradictions(stage)).toEqual([])
  })

  test('also beside a single event', async () => {
    const stage = await delivered({
      events: [customerEvent(5)],
      answer: () => json({ status: 'ok', odoo_id: 77 }),
      options: { config: { ODOO_DELIVERY: 'single' } }
    })
    expect(bindings(stage)).toEqual(['customer res.partner 77 = 5'])
  })

  test.each([0, -1, 1.5, '', '0', 'seven', false, null, true, [77], {}])('that is no id (%j) binds nothing', async (id) => {
    expect(bindings(await delivered({ events: [customerEvent(5)], answer: results(done(id)) }))).toEqual([])
  })

  test('of a refused event binds nothing', async () => {
    const stage = await setStage()
    stage.odoo.answers(results({ success: false, odoo_id: 77 }))
    stage.put(customerEvent(5))
    stage.delivery.start()
    await stage.requested(1)
    await stage.delivery.stop()
    expect(bindings(stage)).toEqual([])
  })

  test('of a deleted record, or of one that operations do not know, binds nothing', async () => {
    const events = [
      customerEvent(5, {}, { action_type: 'deleted' }),
      addressEvent(9, 5, { context_data: { change_type: 'address', address_id: 9, address_action: 'deleted' } }),
      { ...customerEvent(3), entity_type: 'invoice' }
    ]
    expect(bindings(await delivered({ events, answer: results(done(77), done(78), done(79)) }))).toEqual([])
  })

  test('counts only for the event that the result names', async () => {
    const event = customerEvent(5)
    const another = await delivered({ events: [event], answer: results({ ...done(77), event_id: -1 }) })
    expect(bindings(another)).toEqual([])
    const same = await delivered({ events: [event], answer: results({ ...done(77), event_id: String(event.event_id) }) })
    expect(bindings(same)).toEqual(['customer res.partner 77 = 5'])
    const unnamed = await delivered({ events: [event], answer: results({ ...done(77), event_id: false }) })
    expect(bindings(unnamed)).toEqual(['customer res.partner 77 = 5'])
  })
})

describe('what is bound already', () => {
  test('stays, without a word when it is the same', async () => {
    const stage = await delivered({ events: [customerEvent(5)], answer: results(done(77)), bound: [['customer', 77, 5]] })
    expect(bindings(stage)).toEqual(['customer res.partner 77 = 5'])
    expect(contradictions(stage)).toEqual([])
  })

  test('stays with a warning when the record belongs to another Odoo id', async () => {
    const stage = await delivered({ events: [customerEvent(5)], answer: results(done(77)), bound: [['customer', 66, 5]] })
    expect(bindings(stage)).toEqual(['customer res.partner 66 = 5'])
    expect(contradictions(stage)).toMatchObject([{ level: 40, entity_type: 'customer', entity_id: 5, odoo_id: 77, bound_odoo_id: 66 }])
    expect(stage.all()).toMatchObject([{ status: 'delivered' }])
  })

  test('stays with a warning when the Odoo id belongs to another record', async () => {
    const stage = await delivered({ events: [customerEvent(5)], answer: results(done(77)), bound: [['customer', 77, 4]] })
    expect(bindings(stage)).toEqual(['customer res.partner 77 = 4'])
    expect(contradictions(stage)).toMatchObject([{ odoo_id: 77, bound_shop_id: 4 }])
  })

  test('within one request, too: of two records with one id the first has it', async () => {
    const stage = await delivered({ events: [customerEvent(5), customerEvent(6)], answer: results(done(77), done(77)) })
    expect(bindings(stage)).toEqual(['customer res.partner 77 = 5'])
    expect(contradictions(stage)).toHaveLength(1)
  })
})

describe('the odoo_id of an event about an address', () => {
  test('is not the address’s when its customer is bound to it', async () => {
    const stage = await delivered({ events: [addressEvent(9, 5)], answer: results(done(77)), bound: [['customer', 77, 5]] })
    expect(bindings(stage)).toEqual(['customer res.partner 77 = 5'])
    expect(contradictions(stage)).toEqual([])
  })

  test('also when the same request bound the customer', async () => {
    const stage = await delivered({ events: [customerEvent(5), addressEvent(9, 5)], answer: results(done(77), done(77)) })
    expect(bindings(stage)).toEqual(['customer res.partner 77 = 5'])
  })

  test('is the address’s when another customer has it', async () => {
    const stage = await delivered({ events: [addressEvent(9, 5)], answer: results(done(77)), bound: [['customer', 77, 6]] })
    expect(bindings(stage)).toEqual(['address res.partner 77 = 9', 'customer res.partner 77 = 6'])
  })
})
