import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { decide, type Question } from '../../src/sync/decide.ts'

const fingerprint = (field: string, value: string): Buffer => createHash('sha256').update(`${field} ${value}`).digest()

/** One field, `company`: what Odoo wants at time 100, what the shop has, what is known since time 50. */
const ask = (given: {
  wanted: string
  at?: number
  shop: string
  known?: string
  knownAt?: number
  policy?: Question['policy']
  changedInShopAt?: number
  forced?: boolean
  counter?: boolean
}) => {
  const decision = decide({
    wanted: new Map([['company', { value: given.wanted, sourceTime: given.at ?? 100, operationId: 'op' }]]),
    shopValue: () => given.shop,
    isCounter: () => given.counter ?? false,
    known:
      given.known === undefined
        ? new Map()
        : new Map([
            [
              'company',
              {
                field: 'company',
                value_hash: fingerprint('company', given.known),
                value: given.counter ? given.known : null,
                source_time: given.knownAt ?? 50,
                operation_id: 'earlier'
              }
            ]
          ]),
    fingerprint,
    policy: given.policy ?? 'last-write-wins',
    changedInShopAt: () => given.changedInShopAt,
    forced: given.forced ?? false
  })
  const verdict = decision.write.has('company')
    ? 'write'
    : (['unchanged', 'stale', 'kept'] as const).find((name) => decision[name].includes('company'))
  return { verdict, learnt: decision.learnt.has('company'), written: decision.write.get('company')?.value }
}

describe('a field without a known value', () => {
  test('is Odoo’s to set', () => {
    expect(ask({ wanted: 'B', shop: 'A' })).toMatchObject({ verdict: 'write', learnt: true })
  })

  test('is Odoo’s to set even when the shop changed it later', () => {
    expect(ask({ wanted: 'B', shop: 'A', changedInShopAt: 200 }).verdict).toBe('write')
  })

  test('is not written when the shop has the value already, but known from then on', () => {
    expect(ask({ wanted: 'A', shop: 'A' })).toMatchObject({ verdict: 'unchanged', learnt: true })
  })
})

describe('a field that Odoo did not change', () => {
  test('is not written over what a human did in the shop', () => {
    expect(ask({ wanted: 'A', known: 'A', shop: 'human' }).verdict).toBe('unchanged')
  })

  test('is written all the same when Odoo always wins', () => {
    expect(ask({ wanted: 'A', known: 'A', shop: 'human', policy: 'odoo-wins' }).verdict).toBe('write')
  })

  test('is not written when the shop always wins', () => {
    expect(ask({ wanted: 'A', known: 'A', shop: 'human', policy: 'shop-wins' }).verdict).toBe('unchanged')
  })
})

describe('a change of Odoo', () => {
  test('is written when the shop still has what Odoo had', () => {
    expect(ask({ wanted: 'B', known: 'A', shop: 'A', changedInShopAt: 200 })).toMatchObject({ verdict: 'write', learnt: true })
  })

  test('is stale when a later value of Odoo is known', () => {
    expect(ask({ wanted: 'B', known: 'A', knownAt: 150, shop: 'A' })).toMatchObject({ verdict: 'stale', learnt: false })
  })

  test('is not stale at the same instant: order of arrival decides', () => {
    expect(ask({ wanted: 'B', known: 'A', knownAt: 100, shop: 'A' }).verdict).toBe('write')
  })

  test('is stale also when Odoo always wins', () => {
    expect(ask({ wanted: 'B', known: 'A', knownAt: 150, shop: 'A', policy: 'odoo-wins' }).verdict).toBe('stale')
  })
})

describe('a change on both sides', () => {
  const both = { wanted: 'B', known: 'A', shop: 'human' }

  test('goes to the shop when it was the later one', () => {
    expect(ask({ ...both, changedInShopAt: 101 })).toMatchObject({ verdict: 'kept', learnt: false })
  })

  test('goes to Odoo when it was the later one', () => {
    expect(ask({ ...both, changedInShopAt: 99 })).toMatchObject({ verdict: 'write', learnt: true })
  })

  test('goes to Odoo at the same instant', () => {
    expect(ask({ ...both, changedInShopAt: 100 }).verdict).toBe('write')
  })

  test('goes to Odoo when the time of the shop’s change is not known', () => {
    expect(ask(both).verdict).toBe('write')
  })

  test('always goes to Odoo with odoo-wins and to the shop with shop-wins', () => {
    expect(ask({ ...both, changedInShopAt: 101, policy: 'odoo-wins' }).verdict).toBe('write')
    expect(ask({ ...both, changedInShopAt: 99, policy: 'shop-wins' }).verdict).toBe('kept')
  })

  test('is no conflict when both made the same change', () => {
    expect(ask({ wanted: 'B', known: 'A', shop: 'B', changedInShopAt: 200 })).toMatchObject({ verdict: 'unchanged', learnt: true })
  })
})

describe('a forced operation', () => {
  test('is written whatever the shop has', () => {
    expect(ask({ wanted: 'A', known: 'A', shop: 'restored', forced: true }).verdict).toBe('write')
    expect(ask({ wanted: 'B', known: 'A', shop: 'x', changedInShopAt: 200, forced: true }).verdict).toBe('write')
  })

  test('is stale all the same when a later value of Odoo is known', () => {
    expect(ask({ wanted: 'B', known: 'A', knownAt: 150, shop: 'x', forced: true }).verdict).toBe('stale')
  })

  test('writes nothing that is there already', () => {
    expect(ask({ wanted: 'A', known: 'B', shop: 'A', forced: true }).verdict).toBe('unchanged')
  })
})

describe('a counter that the shop counts down itself', () => {
  test('moves by Odoo’s difference', () => {
    expect(ask({ counter: true, known: '10', wanted: '15', shop: '7' })).toMatchObject({ verdict: 'write', written: '12' })
    expect(ask({ counter: true, known: '10', wanted: '4', shop: '7' })).toMatchObject({ verdict: 'write', written: '1' })
  })

  test('does not fall below zero', () => {
    expect(ask({ counter: true, known: '10', wanted: '1', shop: '7' })).toMatchObject({ verdict: 'write', written: '0' })
  })

  test('stays when Odoo did not change it, and when the shop counted later than Odoo changed it', () => {
    expect(ask({ counter: true, known: '10', wanted: '10', shop: '7' }).verdict).toBe('unchanged')
    expect(ask({ counter: true, known: '10', wanted: '11', shop: '7', changedInShopAt: 500 }).written).toBe('8')
  })

  test('is set as it is when nothing is known yet', () => {
    expect(ask({ counter: true, wanted: '15', shop: '7' })).toMatchObject({ verdict: 'write', written: '15' })
  })
})
