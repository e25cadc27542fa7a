import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { createOdooClient, type OdooCall, type OdooConnection } from '../../src/odoo/client.ts'
import { OdooError } from '../../src/odoo/errors.ts'
import { type OdooOptions, type OdooSandbox, startOdoo } from '../support/odoo/odoo.ts'

const clientOf = ({ url, db, user, key }: OdooSandbox, given: Partial<OdooConnection> = {}) =>
  createOdooClient({ url, db, user, key, timeoutMs: 5_000, ...given })

const start = async (options: OdooOptions, given: Partial<OdooConnection> = {}) => {
  const odoo = await startOdoo(options)
  return { odoo, client: clientOf(odoo, given) }
}

const errorOf = async (work: Promise<unknown>): Promise<OdooError> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (error instanceof OdooError) return error
  throw new Error('expected an OdooError', { cause: error })
}

const versions = [17, 18, 19] as const

describe.each(versions)('Odoo %i', (version) => {
  test('is read: bare ids, lists of ids, false for nothing', async () => {
    const { odoo, client } = await start({ version })
    const company = odoo.database.create('res.partner', { name: 'Roe & Sons' })
    const jane = odoo.database.create('res.partner', { name: 'Jane Roe', parent_id: company })
    expect(await client.read('res.partner', [company, jane], ['name', 'parent_id', 'child_ids', 'email'])).toEqual([
      { id: company, name: 'Roe & Sons', parent_id: false, child_ids: [jane], email: false },
      { id: jane, name: 'Jane Roe', parent_id: company, child_ids: [], email: false }
    ])
  })

  test('leaves a record that is not there out of what is read', async () => {
    const { client } = await start({ version })
    expect(await client.read('res.partner', [404], ['name'])).toEqual([])
  })

  test('is not asked for no records', async () => {
    const { odoo, client } = await start({ version })
    expect(await client.read('res.partner', [], ['name'])).toEqual([])
    expect(odoo.calls()).toEqual([])
  })

  test('is searched, archived records only on demand', async () => {
    const { odoo, client } = await start({ version })
    const id = odoo.database.create('res.partner', { name: 'Jane', active: false })
    const search = (context?: Record<string, unknown>) =>
      client.searchRead('res.partner', [['name', '=', 'Jane']], ['name'], context ? { context } : {})
    expect(await search()).toEqual([])
    expect(await search({ active_test: false })).toEqual([{ id, name: 'Jane' }])
  })

  test('tells the fields of a model', async () => {
    const { client } = await start({ version })
    expect((await client.fieldsGet('res.partner'))['country_id']).toEqual({ type: 'many2one', relation: 'res.country', store: true })
  })

  test('takes new records, changes and deletions', async () => {
    const { odoo, client } = await start({ version })
    const [one, two] = await client.create('res.partner', [{ name: 'One' }, { name: 'Two' }])
    await client.write('res.partner', [one!], { email: 'one@example.com' })
    await client.unlink('res.partner', [two!])
    expect(odoo.database.rows('res.partner')).toMatchObject([{ id: one, name: 'One', email: 'one@example.com' }])
  })

  test('tells its version once', async () => {
    const { odoo, client } = await start({ version })
    expect(await client.version()).toMatchObject({ major: version })
    odoo.answerNext(() => new Response('no more'))
    expect(await client.version()).toMatchObject({ major: version })
  })

  test('refuses a wrong key, which is the operator’s to mend', async () => {
    const { odoo } = await start({ version })
    const error = await errorOf(clientOf(odoo, { key: 'wrong-key-0123456789' }).probe())
    expect(error).toMatchObject({ kind: 'misconfigured' })
    expect(error.message).toContain('ODOO_API_KEY')
    expect(error.message).not.toContain('wrong-key-0123456789')
  })

  test('refuses a wrong database, which is the operator’s to mend', async () => {
    const { odoo } = await start({ version })
    const error = await errorOf(clientOf(odoo, { db: 'other' }).probe())
    expect(error.kind).toBe('misconfigured')
    expect(error.message).toContain('ODOO_DB')
  })

  test('refuses what the key’s user may not do, naming model and method and nobody', async () => {
    const { odoo, client } = await start({ version })
    odoo.database.forbidden.add('sale.order')
    const error = await errorOf(client.searchRead('sale.order', [], ['name']))
    expect(error).toMatchObject({ kind: 'misconfigured', blocked: { model: 'sale.order', method: 'search_read' } })
    expect(error.message).not.toContain('Mitchell')
  })

  test('refuses a field that it does not have, for good', async () => {
    const { client } = await start({ version })
    expect(await errorOf(client.searchRead('res.partner', [], ['shoe_size']))).toMatchObject({ kind: 'permanent', field: 'shoe_size' })
  })

  test('refuses to change a record that is gone, for good', async () => {
    const { client } = await start({ version })
    expect(await errorOf(client.write('res.partner', [404], { name: 'x' }))).toMatchObject({ kind: 'permanent', notFound: true })
  })

  test('has no model whose app is not installed, which is the operator’s to mend', async () => {
    const { client } = await start({ version, without: ['loyalty.card'] })
    const error = await errorOf(client.searchRead('loyalty.card', [], ['code']))
    expect(error.kind).toBe('misconfigured')
    expect(error.message).toContain('Install the Odoo app that brings loyalty.card')
  })

  test('tells why it refuses a rule, but not why it refuses a record that holds personal data', async () => {
    const { client } = await start({ version })
    expect((await errorOf(client.create('base.automation', [{ name: 'x' }]))).message).toContain('Missing required value')
    expect((await errorOf(client.create('loyalty.program', [{}]))).message).not.toContain('Missing required value')
  })

  test.each([
    [502, 'unavailable'],
    [503, 'unavailable'],
    [500, 'transient'],
    [429, 'transient'],
    [303, 'misconfigured'],
    [404, 'misconfigured'],
    [200, 'misconfigured']
  ])('with status %i and no JSON is %s', async (status, kind) => {
    const { odoo, client } = await start({ version })
    await client.probe()
    odoo.answerNext(() => new Response('<html></html>', { status, headers: { location: 'https://elsewhere.test/' } }))
    expect(await errorOf(client.probe())).toMatchObject({ kind, status })
  })

  test('may ask to wait', async () => {
    const { odoo, client } = await start({ version })
    await client.probe()
    odoo.answerNext(() => new Response('', { status: 429, headers: { 'retry-after': '7' } }))
    expect(await errorOf(client.probe())).toMatchObject({ retryAfterMs: 7_000 })
  })

  test('that does not answer in time is unavailable', async () => {
    const { odoo, client } = await start({ version }, { timeoutMs: 300 })
    await client.probe()
    odoo.answerNext(() => new Promise((resolve) => setTimeout(() => resolve(new Response('{}')), 1_000)))
    expect(await errorOf(client.probe())).toMatchObject({ kind: 'unavailable', timedOut: true })
  })
})

describe('the protocol', () => {
  test('is JSON-2 on 19, with the key as bearer and the database in a header', async () => {
    const { odoo, client } = await start({ version: 19 })
    await client.searchRead('res.partner', [['name', '=', 'x']], ['name'], { limit: 1 })
    const [request] = odoo.requests
    expect(request).toMatchObject({
      path: '/json/2/res.partner/search_read',
      named: { domain: [['name', '=', 'x']], fields: ['name'], limit: 1, load: null }
    })
    expect(request?.headers.get('authorization')).toBe(`bearer ${odoo.key}`)
    expect(request?.headers.get('x-odoo-database')).toBe('mycompany')
  })

  test.each([17, 18] as const)('is JSON-RPC on %i, after one login', async (version) => {
    const { odoo, client } = await start({ version })
    await client.probe()
    await client.probe()
    expect(odoo.requests.map(({ path }) => path)).toEqual(['/jsonrpc', '/jsonrpc'])
  })

  test('takes a version number of Odoo Online', async () => {
    const { client } = await start({ version: 18 })
    expect(await client.version()).toEqual({ major: 18, text: 'saas~18.2+e' })
  })

  test('is none for an Odoo that sends no webhooks', async () => {
    const { odoo, client } = await start({ version: 17 })
    const old = { jsonrpc: '2.0', id: 1, result: { server_version: '16.0', server_version_info: [16, 0] } }
    odoo.answerNext(() => new Response('', { status: 404 }), () => Response.json(old))
    const error = await errorOf(client.probe())
    expect(error.kind).toBe('misconfigured')
    expect(error.message).toContain('Odoo 17 or later')
  })

  test('asks for the version again after an Odoo that was away', async () => {
    const { odoo, client } = await start({ version: 19 })
    odoo.answerNext(() => new Response('', { status: 502 }), () => new Response('', { status: 502 }))
    expect(await errorOf(client.probe())).toMatchObject({ kind: 'unavailable' })
    await client.probe()
  })
})

describe('a call', () => {
  test('to a port where nothing listens is unavailable, and was not sent', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    server.close()
    await once(server, 'close')
    const client = createOdooClient({ url: `http://127.0.0.1:${port}`, db: 'x', user: 'x', key: 'x', timeoutMs: 1_000 })
    expect(await errorOf(client.probe())).toMatchObject({ kind: 'unavailable', sent: false })
  })

  test('is told of with its time, and with what went wrong, but without values', async () => {
    const onCall = vi.fn<(call: OdooCall) => void>()
    const { client } = await start({ version: 19 }, { onCall })
    await errorOf(client.write('res.partner', [404], { email: 'jane@example.com' }))
    const ms: unknown = expect.any(Number)
    expect(onCall.mock.calls).toEqual([
      [{ model: 'common', method: 'version', ms }],
      [{ model: 'res.partner', method: 'write', ms, status: 404, error: 'permanent' }]
    ])
  })
})

describe('an Odoo that gave no answer', () => {
  test('is not asked for a while, then by one call alone', async () => {
    const { odoo, client } = await start({ version: 19 }, { timeoutMs: 100, restMs: 200 })
    await client.probe()
    odoo.answerNext(() => new Promise((resolve) => setTimeout(() => resolve(new Response('{}')), 1_000)))
    expect(await errorOf(client.probe())).toMatchObject({ kind: 'unavailable', timedOut: true })
    expect(await errorOf(client.probe())).toMatchObject({ kind: 'unavailable', sent: false, timedOut: false })
    await new Promise((resolve) => setTimeout(resolve, 250))
    odoo.calls()
    const [first, second] = await Promise.allSettled([client.probe(), client.probe()])
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected'])
    expect(odoo.calls()).toEqual(['res.users context_get'])
    await client.probe()
  })
})
