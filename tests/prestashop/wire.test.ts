import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import type { Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createClient } from '../../src/prestashop/client.ts'
import type { ClientOptions, PrestashopClient, ShopCall } from '../../src/prestashop/client.ts'
import { classifyFailure } from '../../src/prestashop/failures.ts'
import { recording } from '../support/recordings.ts'
import { errorOf, everythingIn, key } from './support/shop.ts'

const servers: (Server & { closeAllConnections?: () => void })[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.()
    await new Promise((resolve) => server.close(resolve))
  }
})

const urlOf = async (server: Server): Promise<string> => {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  return `http://127.0.0.1:${address.port}`
}

const serve = (handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> =>
  urlOf(createServer(handle))

const clientAt = (url: string, options: Partial<ClientOptions> = {}): PrestashopClient =>
  createClient({ url, key, timeoutMs: 5000, ...options })

const jane = { fields: { email: 'jane@example.com', passwd: 'correct horse' } }

const customer = recording('customers-get-1').response.body

describe('a shop that does not answer', () => {
  it('in time is unavailable, and may have done the work', async () => {
    const url = await serve((request) => request.resume())
    const calls: ShopCall[] = []
    const client = clientAt(url, { timeoutMs: 150, onCall: (call) => calls.push(call) })
    const error = await errorOf(client.create('customers', jane))
    expect(error).toMatchObject({ kind: 'unavailable', timedOut: true, sent: true })
    expect(error.message).toBe('POST /customers: no answer within 150 ms')
    expect(calls).toEqual([{ method: 'POST', resource: 'customers', ms: expect.any(Number), error: 'unavailable' }])
  })

  it('to the end in time is unavailable too: the body counts', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/xml' })
      response.write(customer.slice(0, 200))
    })
    expect(await errorOf(clientAt(url, { timeoutMs: 150 }).get('customers', 1))).toMatchObject({
      kind: 'unavailable',
      timedOut: true
    })
  })

  it('because nobody listens is unavailable, and has done nothing', async () => {
    const server = createServer()
    const url = await urlOf(server)
    servers.pop()
    await new Promise((resolve) => server.close(resolve))
    expect(await errorOf(clientAt(url).create('customers', jane))).toMatchObject({
      kind: 'unavailable',
      sent: false,
      timedOut: false,
      message: expect.stringContaining('ECONNREFUSED')
    })
  })

  it('because its name is unknown is unavailable, and has done nothing', async () => {
    const error = await errorOf(clientAt('http://no-such-shop.invalid').create('customers', jane))
    expect(error).toMatchObject({ kind: 'unavailable', sent: false })
  })
})

describe('a connection that is lost', () => {
  it('before an answer may pass, and the work may be done', async () => {
    const url = await serve((request) => request.resume().on('end', () => request.socket.destroy()))
    expect(await errorOf(clientAt(url).create('customers', jane))).toMatchObject({
      kind: 'transient',
      sent: true,
      timedOut: false
    })
  })

  it('within an answer may pass, and the work may be done', async () => {
    const url = await serve((_, response) => {
      response.writeHead(201, { 'content-type': 'text/xml', 'content-length': customer.length })
      response.write(customer.slice(0, 200), () => response.socket?.destroy())
    })
    expect(await errorOf(clientAt(url).create('customers', jane))).toMatchObject({ kind: 'transient', sent: true })
  })

  it('at the end of an answer without a length leaves half a document', async () => {
    const url = await serve((_, response) => {
      response.shouldKeepAlive = false
      response.useChunkedEncodingByDefault = false
      response.writeHead(201, { 'content-type': 'text/xml' })
      response.end(customer.slice(0, 200))
    })
    expect(await errorOf(clientAt(url).create('customers', jane))).toMatchObject({
      kind: 'transient',
      sent: true,
      status: 201
    })
  })

  it('is not tried again: whoever knows what was meant decides', async () => {
    let requests = 0
    const url = await serve((request) => {
      requests += 1
      request.socket.destroy()
    })
    await errorOf(clientAt(url).get('customers', 1))
    expect(requests).toBe(1)
  })
})

describe('an answer', () => {
  it('without end is not held in memory', async () => {
    let written = 0
    const url = await serve((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, ' ')
      const more = (): void => {
        if (response.destroyed) return
        written += chunk.length
        response.write(chunk, more)
      }
      more()
    })
    expect(await errorOf(clientAt(url).list('customers'))).toMatchObject({ kind: 'permanent', status: 200 })
    expect(written).toBeLessThan(64 * 1024 * 1024)
  })

  it('in pieces that split a character is put together', async () => {
    const body = Buffer.from(customer.replace('DOE', 'DØE 👩'))
    const url = await serve((_, response) => {
      for (let start = 0; start < body.length; start += 7) response.write(body.subarray(start, start + 7))
      response.end()
    })
    expect((await clientAt(url).get('customers', 1))?.fields['lastname']).toBe('DØE 👩')
  })

  it('that redirects leads nowhere, not even with the key', async () => {
    const visited: string[] = []
    const home = await serve((request, response) => {
      visited.push(request.url ?? '')
      response.end('<html>home</html>')
    })
    const url = await serve((_, response) => response.writeHead(302, { location: `${home}/?url=customers` }).end())
    expect(await errorOf(clientAt(url).list('customers'))).toMatchObject({
      kind: 'misconfigured',
      advice: `The shop redirects to ${home}: use that as the URL of the shop`
    })
    expect(visited).toEqual([])
  })

  it('in another protocol is a wrong URL', async () => {
    const url = await urlOf(
      createSocketServer((socket) => {
        socket.on('error', () => {})
        socket.once('data', () => socket.write('220 mail.example.com ESMTP\r\n', () => socket.destroySoon()))
      })
    )
    expect(await errorOf(clientAt(url).list('customers'))).toMatchObject({
      kind: 'misconfigured',
      message: expect.stringContaining('does not speak this protocol')
    })
  })

  it('without encryption where it is expected is a wrong URL', async () => {
    const url = await serve((_, response) => response.end())
    expect(await errorOf(clientAt(url.replace('http:', 'https:')).list('customers'))).toMatchObject({
      kind: 'misconfigured'
    })
  })
})

describe('a certificate that is not trusted', () => {
  it.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'ERR_TLS_CERT_ALTNAME_INVALID'
  ])('with %s is misconfigured, and nothing was sent', (code) => {
    const cause = new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
    const error = classifyFailure({ method: 'GET', resource: '', base: 'https://shop.test/api', values: [] }, cause)
    expect(error).toMatchObject({ kind: 'misconfigured', sent: false })
  })
})

describe('a call that is called off', () => {
  it('before it starts sends nothing', async () => {
    let requests = 0
    const url = await serve((_, response) => {
      requests += 1
      response.end()
    })
    const error = await errorOf(clientAt(url).create('customers', jane, { signal: AbortSignal.abort() }))
    expect(error).toMatchObject({ kind: 'transient', sent: false })
    expect(requests).toBe(0)
  })

  it('under way ends at once, and may have done the work', async () => {
    const controller = new AbortController()
    const url = await serve(() => controller.abort())
    const error = await errorOf(clientAt(url).create('customers', jane, { signal: controller.signal }))
    expect(error).toMatchObject({ kind: 'transient', sent: true, timedOut: false })
  })
})

describe('no failure gives anything away', () => {
  it.each<[string, (request: IncomingMessage, response: ServerResponse) => void]>([
    ['a timeout', () => {}],
    ['a lost connection', (request) => request.socket.destroy()],
    ['a page', (_, response) => response.end('<html>jane@example.com</html>')]
  ])('%s', async (_, handle) => {
    const url = await serve(handle)
    const all = everythingIn(await errorOf(clientAt(url, { timeoutMs: 150 }).create('customers', jane)))
    for (const secret of [key, Buffer.from(`${key}:`).toString('base64'), 'jane@example.com', 'correct horse']) {
      expect(all).not.toContain(secret)
    }
  })
})

describe('a port that fetch does not call', () => {
  it('is told as what it is', async () => {
    const error = await errorOf(clientAt('http://127.0.0.1:1').create('customers', jane))
    expect(error).toMatchObject({ kind: 'misconfigured', sent: false })
    expect(error.message).toContain('port')
  })
})
