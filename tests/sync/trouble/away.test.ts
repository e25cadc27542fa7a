import { describe, expect, onTestFinished, test } from 'vitest'
import { serveSandbox } from '../../../src/sandbox/serve.ts'
import { createSandboxShop, type FailureAnswer } from '../../../src/sandbox/shop.ts'
import { customerEnvelope, jane } from '../../support/bridge.ts'
import { recording } from '../../support/recordings.ts'
import { serveShop } from '../../support/shop.ts'
import { MINUTE, pass, passUntil, setStage, type Stage } from './stage.ts'

const created = customerEnvelope(jane, { action_type: 'created' })

/** A recorded answer of a real shop. */
const recorded = (name: string): FailureAnswer => {
  const { status, headers, body } = recording(name).response
  return { status, body, contentType: headers.get('content-type') ?? 'text/html' }
}

/** Expects that a webhook waits, untouched, however long, and that it is told why. */
const expectKept = async (stage: Stage, kind: string, reason: RegExp): Promise<void> => {
  const operationId = await stage.accept(created)
  await passUntil(() => stage.sync.breaker().open, 'the breaker is open')
  await pass(10 * MINUTE)
  expect(stage.sync.breaker()).toMatchObject({ open: true, reason: { kind, message: expect.stringMatching(reason) } })
  expect(stage.operation(operationId)).toMatchObject({ status: 'pending', attempts: 0, error_kind: kind })
}

/** Expects that everything is applied by itself, once. */
const expectApplied = async ({ drained, sync, ledger, shop }: Stage): Promise<void> => {
  await drained()
  expect(sync.breaker().open).toBe(false)
  expect(ledger.list({ limit: 10 })).toMatchObject([{ status: 'success', attempts: 1 }])
  expect(shop.rows('customers').filter(({ email }) => email === jane.email)).toHaveLength(1)
}

const maintenance: FailureAnswer = { status: 503, body: '<html><h1>Back soon</h1></html>', contentType: 'text/html' }

describe('while the shop', () => {
  test.each([
    { what: 'shows a maintenance page', answer: maintenance, kind: 'unavailable', reason: /503/ },
    { what: 'is behind a gateway that misses it', answer: { status: 502 }, kind: 'unavailable', reason: /502/ },
    { what: 'is too slow for its gateway', answer: { status: 504 }, kind: 'unavailable', reason: /504/ },
    { what: 'never answers', answer: 'hang', kind: 'unavailable', reason: /no answer within 100 ms/ },
    { what: 'does not know the key', answer: recorded('auth-wrong-key'), kind: 'misconfigured', reason: /Check the Webservice key/ },
    { what: 'gets no credentials, since a proxy drops them', answer: recorded('auth-none'), kind: 'misconfigured', reason: /./ },
    { what: 'answers in HTML', answer: 'html', kind: 'misconfigured', reason: /something else than the XML/ },
    { what: 'redirects', answer: recorded('host-header-other'), kind: 'misconfigured', reason: /redirected instead of answered/ }
  ] as const)('$what, nothing fails, and work resumes by itself', async ({ answer, kind, reason }) => {
    const stage = setStage({ config: { PRESTASHOP_TIMEOUT_MS: '100' } })
    const over = stage.shop.inject({ answer })
    await expectKept(stage, kind, reason)
    over()
    await expectApplied(stage)
  })

  test('has its Webservice off, nothing fails, and work resumes by itself', async () => {
    const stage = setStage()
    stage.shop.settings.webserviceEnabled = false
    await expectKept(stage, 'unavailable', /Turn the Webservice on/)
    stage.shop.settings.webserviceEnabled = true
    await expectApplied(stage)
  })

  test('is not there at all, nothing fails, and work resumes by itself when it comes', async () => {
    const before = await serveShop()
    await before.close()
    const stage = setStage({ served: createSandboxShop({ url: before.url }) })
    await expectKept(stage, 'unavailable', /cannot be reached \(ECONNREFUSED\)/)
    const after = await serveSandbox({ port: Number(new URL(before.url).port) })
    onTestFinished(() => after.close())
    await expectApplied({ ...stage, shop: after.shop })
  })

  test('is at another domain than PRESTASHOP_URL, the redirect is not followed and its target is told', async () => {
    const served = await serveShop({ url: 'https://www.shop.example' })
    onTestFinished(() => served.close())
    const stage = setStage({ served: served.shop, config: { PRESTASHOP_URL: served.url } })
    await expectKept(stage, 'misconfigured', /redirects to https:\/\/www\.shop\.example: use that/)
    expect(served.shop.requests.every(({ status }) => status === 302)).toBe(true)
  })

  test('is away, what happened meanwhile is applied in its order afterwards', async () => {
    const { shop, network, accept, drained, ledger } = setStage()
    network.cut = true
    await accept(created)
    for (let index = 0; index < 20; index += 1) await accept(customerEnvelope({ note: `note ${index}` }))
    network.cut = false
    await drained()
    expect(shop.rows('customers').find(({ email }) => email === jane.email)).toMatchObject({ note: 'note 19' })
    expect(ledger.list({ status: 'success', limit: 100 })).toHaveLength(21)
  })
})

describe('a shop that goes away in the middle', () => {
  test('of a write that it did not do gets it again, once', async () => {
    const { shop, apply, writes, sync } = setStage()
    shop.inject({ when: ({ method }) => method === 'POST', times: 1, answer: { status: 503 } })
    expect(await apply(created)).toMatchObject({ status: 'success', outcome: 'created', attempts: 1 })
    expect(writes()).toEqual(['POST customers', 'POST customers'])
    expect(sync.breaker().open).toBe(false)
  })
})
