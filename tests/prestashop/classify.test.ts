import { describe, expect, it } from 'vitest'
import type { PrestashopClient } from '../../src/prestashop/client.ts'
import type { ErrorKind, PrestashopError } from '../../src/prestashop/errors.ts'
import { recording, recordingNames, replay } from '../support/recordings.ts'
import { clientFor, errorOf, everythingIn, key, useShop } from './support/shop.ts'

const shop = useShop()

const call = (client: PrestashopClient, method: string): Promise<unknown> => {
  if (method === 'POST') return client.create('customers', { fields: { email: 'jane@example.com' } })
  if (method === 'PATCH' || method === 'PUT') return client.change('customers', 7, { fields: { active: '1' } })
  if (method === 'DELETE') return client.remove('customers', 7)
  return client.list('customers')
}

const errorIn = (name: string): Promise<PrestashopError> => {
  shop.answer(() => replay(name))
  return errorOf(call(clientFor(), recording(name).request.method))
}

const errorFor = (method: string, respond: () => Response): Promise<PrestashopError> => {
  shop.answer(respond)
  return errorOf(call(clientFor(), method))
}

describe('a recorded error', () => {
  it.each<[string, ErrorKind, number[], string?]>([
    ['auth-none', 'misconfigured', []],
    ['auth-empty-key', 'misconfigured', [17]],
    ['auth-short-key', 'misconfigured', [18]],
    ['auth-wrong-key', 'misconfigured', [20, 21]],
    ['auth-disabled-key', 'misconfigured', [20, 21]],
    ['webservice-disabled', 'unavailable', [22]],
    ['perm-method-post', 'misconfigured', [25]],
    ['perm-resource', 'misconfigured', [26]],
    ['resource-unknown', 'misconfigured', [27]],
    ['method-not-allowed-stocks', 'misconfigured', [101]],
    ['host-header-other', 'misconfigured', []],
    ['id_shop-param-unknown', 'misconfigured', []],
    ['customers-post-duplicate-email', 'permanent', [140, 46], 'email'],
    ['customers-patch-duplicate-email', 'permanent', [141, 46], 'email'],
    ['customers-post-invalid-email', 'permanent', [85], 'email'],
    ['customers-post-missing-email', 'permanent', [41], 'email'],
    ['customers-post-empty-firstname', 'permanent', [85], 'firstname'],
    ['customers-post-too-long-firstname', 'permanent', [85], 'firstname'],
    ['customers-post-invalid-birthday', 'permanent', [85], 'birthday'],
    ['addresses-post-missing-address1', 'permanent', [41], 'address1'],
    ['cart_rules-post-name-missing-active', 'permanent', [84], 'name'],
    ['customers-patch-readonly', 'permanent', [93], 'secure_key'],
    ['customers-patch-no-id', 'permanent', [90]],
    ['customers-post-with-id', 'permanent', [91]],
    ['customers-post-bad-association', 'permanent', [86]],
    ['customers-patch-404', 'permanent', [92]],
    ['cart_rules-get-language-9', 'permanent', [81]],
    ['schema-bad', 'permanent', [28]],
    ['filter-unknown-field', 'permanent', [32]],
    ['variant-locked-display_errors-filter-unknown-field', 'permanent', [32]],
    ['filter-empty-value', 'permanent', [33]],
    ['filter-not-filterable', 'permanent', [34]],
    ['list-display-bad-field', 'permanent', [35]],
    ['list-display-bad', 'permanent', [36]],
    ['sort-bad-field', 'permanent', [38]],
    ['xml-malformed', 'permanent', [127]],
    ['xml-latin1-bytes', 'permanent', [127]],
    ['mail-broken-order_histories-post-sendemail', 'uncaught', [46]],
    ['carts-post-row-without-quantity', 'uncaught', [3]],
    ['order_histories-post-unknown-order', 'uncaught', []],
    ['orders-post-same-cart-twice', 'uncaught', []]
  ])('%s is %s', async (name, kind, codes, field) => {
    const error = await errorIn(name)
    expect(error).toMatchObject({ kind, codes, sent: true, timedOut: false, status: recording(name).response.status })
    expect(error.field).toBe(field)
  })

  it('is an error with its own codes, whichever it is', async () => {
    const failed = recordingNames().map(recording).filter(({ request, response }) =>
      ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(request.method) &&
      response.body.includes('<errors>') &&
      !/-404$|^method-/.test(request.path)
    )
    expect(failed.length).toBeGreaterThan(100)
    for (const { name, request, response } of failed) {
      if (request.method === 'DELETE' && response.status === 404) continue
      const error = await errorIn(name)
      expect([name, error.kind, error.codes.length]).not.toEqual([name, 'transient', expect.anything()])
      expect([name, error.codes.length, error.messages.length]).not.toContain(0)
    }
  })

  it('says that a record is not there', async () => {
    expect(await errorIn('customers-patch-404')).toMatchObject({ notFound: true })
    expect(await errorIn('customers-patch-no-id')).toMatchObject({ notFound: false })
  })

  it('names the right that the key lacks', async () => {
    expect(await errorIn('perm-method-post')).toMatchObject({ blocked: { resource: 'customers', method: 'POST' } })
    expect(await errorIn('perm-resource')).toMatchObject({ blocked: { resource: 'customers', method: 'GET' } })
    expect((await errorIn('auth-wrong-key')).blocked).toBeUndefined()
  })

  it('warns that a refused record may be there all the same', async () => {
    expect((await errorIn('customers-post-bad-association')).message).toContain('may have been saved')
  })

  it('tells what happened to which record and what to do', async () => {
    expect((await errorIn('customers-patch-invalid-email')).message).toBe(
      'PATCH /customers/7: Property Customer->email is not valid (85)'
    )
    expect((await errorIn('perm-method-post')).message).toBe(
      'POST /customers: Method POST is not allowed for the resource customers with this authentication key (25). ' +
        'Give the key this permission in the shop: Advanced Parameters > Webservice'
    )
  })

  it('names the field in whatever language', async () => {
    const message = 'Validation error: "La propriété Customer->company n’est pas valide"'
    expect(await errorFor('POST', shopError(85, message, 400))).toMatchObject({ field: 'company' })
  })

  it('leaves the lists of all names out', async () => {
    expect((await errorIn('filter-unknown-field')).messages).toEqual(['This filter does not exist.'])
  })
})

describe('a redirect', () => {
  it('to another place tells which URL to use', async () => {
    expect((await errorIn('host-header-other')).advice).toContain('http://127.0.0.1:8080:')
  })

  it('is never followed', async () => {
    await errorIn('host-header-other')
    expect(shop.seen).toHaveLength(1)
  })

  it('within the shop does not advise the URL that is used already', async () => {
    const error = await errorFor('GET', () => new Response(null, { status: 301, headers: { location: '/en/' } }))
    expect(error.kind).toBe('misconfigured')
    expect(error.advice).not.toContain('shop.test')
  })

  it('without a place is told all the same', async () => {
    expect(await errorFor('GET', () => new Response(null, { status: 302 }))).toMatchObject({ kind: 'misconfigured' })
  })
})

/** The shop's answer when PHP gave up, under a content type that says something else. */
const emptyXml = (): Response => new Response(null, { status: 500, headers: { 'content-type': 'text/xml' } })

const page = (status: number, headers: Record<string, string> = {}) => (): Response =>
  new Response('<!DOCTYPE html><html><body>Sorry</body></html>', {
    status,
    headers: { 'content-type': 'text/html', ...headers }
  })

describe('an answer that is not the Webservice’s', () => {
  it.each<[string, string, () => Response, ErrorKind]>([
    ['a page in place of an answer', 'GET', page(200), 'misconfigured'],
    ['a page in place of an answer to a write', 'POST', page(200), 'misconfigured'],
    ['a maintenance page', 'GET', page(503), 'unavailable'],
    ['a bad gateway', 'POST', page(502), 'unavailable'],
    ['a gateway that waited too long', 'GET', page(504), 'unavailable'],
    ['a network of caches that cannot reach the shop', 'GET', page(522), 'unavailable'],
    ['an error page with status 500', 'GET', page(500), 'transient'],
    ['an empty 500 as plain text', 'POST', () => new Response('', { status: 500 }), 'uncaught'],
    ['an empty 500 as XML', 'POST', emptyXml, 'uncaught'],
    ['a page not found', 'GET', page(404), 'misconfigured'],
    ['a page not found for a write', 'PATCH', page(404), 'misconfigured'],
    ['a password prompt', 'GET', page(401), 'misconfigured'],
    ['a firewall before a read', 'GET', page(403), 'misconfigured'],
    ['a firewall before a write', 'POST', page(403), 'transient'],
    ['a body too large for the server', 'POST', page(413), 'permanent'],
    ['too many requests', 'GET', page(429), 'transient']
  ])('%s', async (_, method, respond, kind) => {
    expect(await errorFor(method, respond)).toMatchObject({ kind, sent: true })
  })

  it('refusing a method blocks that method only', async () => {
    expect(await errorFor('DELETE', page(405))).toMatchObject({
      kind: 'misconfigured',
      blocked: { resource: 'customers', method: 'DELETE' }
    })
  })
})

describe('half an answer to a write', () => {
  it.each([
    ['cut off', '<?xml version="1.0"?><prestashop><customer><id>12</id>'],
    ['empty', ''],
    ['without an id', '<prestashop><customer><email>a</email></customer></prestashop>'],
    ['without a record (xml-empty-root.txt)', '<?xml version="1.0"?><prestashop>\n</prestashop>']
  ])('%s may have done its work', async (_, body) => {
    expect(await errorFor('POST', () => new Response(body, { status: 201 }))).toMatchObject({
      kind: 'transient',
      sent: true
    })
  })
})

describe('a shop that asks to wait', () => {
  it('is understood in seconds', async () => {
    expect(await errorFor('GET', page(429, { 'retry-after': '120' }))).toMatchObject({ retryAfterMs: 120_000 })
  })

  it('is understood as a date', async () => {
    const date = new Date(Date.now() + 60_000).toUTCString()
    const error = await errorFor('GET', page(503, { 'retry-after': date }))
    expect(error.retryAfterMs).toBeGreaterThan(55_000)
    expect(error.retryAfterMs).toBeLessThanOrEqual(60_000)
  })

  it('never asks for less than nothing, and nonsense is no wish', async () => {
    const past = page(429, { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' })
    expect((await errorFor('GET', past)).retryAfterMs).toBe(0)
    expect((await errorFor('GET', page(429, { 'retry-after': 'soon' }))).retryAfterMs).toBeUndefined()
  })
})

const shopError = (code: number, message: string, status: number) => (): Response =>
  new Response(
    '<prestashop><errors><error>' +
      `<code>${code}</code><message><![CDATA[${message}]]></message>` +
      '</error></errors></prestashop>',
    { status }
  )

describe('a code nobody has recorded', () => {
  it.each<[number, ErrorKind]>([
    [500, 'transient'],
    [503, 'unavailable'],
    [429, 'transient'],
    [400, 'permanent']
  ])('counts by its status %i', async (status, kind) => {
    expect(await errorFor('POST', shopError(9999, 'no', status))).toMatchObject({ kind, codes: [9999] })
  })
})

describe('an error gives nothing away', () => {
  const failures = recordingNames()
    .filter((name) => /^(?:xml-|customers-(?:post|put|patch)|auth-|perm-)/.test(name))
    .filter((name) => recording(name).response.status >= 400)

  it.each(failures)(
    '%s',
    async (name) => {
      const all = everythingIn(await errorIn(name))
      expect(all).not.toContain(key)
      expect(all).not.toContain(Buffer.from(`${key}:`).toString('base64'))
      expect(all).not.toContain('/var/www')
      expect(all).not.toContain('secret12345')
      expect(all).not.toMatch(/@example\.com|Original XML|<customer>/)
    }
  )

  it('whatever a module may say', async () => {
    const message =
      `Cannot save Jane Doe (jane@example.com), VAT 'FR12345', hash "$2y$10$x", key ${key}` +
      ' in /srv/shop/modules/x/x.php'
    shop.answer(shopError(9999, message, 500))
    const error = await errorOf(clientFor().create('customers', { fields: { lastname: 'Doe', firstname: 'Jane' } }))
    const all = everythingIn(error)
    expect(all).toContain('Cannot save')
    for (const secret of ['Jane', 'Doe', 'jane@', 'FR12345', '$2y$', '/srv', key]) expect(all).not.toContain(secret)
  })

  it.each([84, 85, 46])('not even under the code %i', async (code) => {
    shop.answer(shopError(code, 'Validation error: "Customer->email: jane@example.com of Jane Doe is taken"', 400))
    const error = await errorOf(clientFor().create('customers', { fields: { lastname: 'Doe', firstname: 'Jane' } }))
    expect(everythingIn(error)).not.toMatch(/jane@|Jane|Doe/)
  })

  it('has no cause, since that would hold the request', async () => {
    expect((await errorIn('xml-malformed')).cause).toBeUndefined()
  })
})
