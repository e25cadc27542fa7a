import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { customerEnvelope, jane, SECRET, startBridge } from '../support/bridge.ts'
import { ask, TOKEN } from './support.ts'

// Watched, not replaced. Signatures are compared inside their library.
const compared = vi.spyOn(crypto, 'timingSafeEqual')
syncBuiltinESMExports()
afterAll(() => {
  compared.mockRestore()
  syncBuiltinESMExports()
})

beforeEach(() => {
  compared.mockClear()
})

const lengths = (): number[] => compared.mock.calls.flat().map(({ byteLength }) => byteLength)

describe('a secret is compared in a time that tells nothing', () => {
  test.each([
    { what: 'an empty one', secret: '' },
    { what: 'the right one', secret: SECRET },
    { what: 'the beginning of the right one', secret: SECRET.slice(0, -1) },
    { what: 'more than the right one', secret: `${SECRET} and more` },
    { what: 'a very long one', secret: 'x'.repeat(10_000) }
  ])('of a webhook: $what', async ({ secret }) => {
    const bridge = await startBridge()
    await bridge.post(customerEnvelope(jane), { 'x-webhook-secret': secret })
    expect(lengths()).toEqual([32, 32])
  })

  test('against each of several, also when the first fits', async () => {
    const bridge = await startBridge({ config: { WEBHOOK_SECRET: `${SECRET},another secret,a third one` } })
    await bridge.post(customerEnvelope(jane))
    expect(compared).toHaveBeenCalledTimes(3)
  })

  test.each([
    { what: 'the right one', token: TOKEN },
    { what: 'the beginning of the right one', token: TOKEN.slice(0, -2) },
    { what: 'a long one', token: 'x'.repeat(500) }
  ])('of the operator, as Bearer and in the login: $what', async ({ token }) => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN } })
    await bridge.get('/api/settings', { authorization: `Bearer ${token}` })
    const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ token }).toString() }
    await ask(bridge, '/login', form)
    expect(lengths()).toEqual([32, 32, 32, 32])
  })
})
