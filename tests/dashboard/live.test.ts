import { describe, expect, onTestFinished, test } from 'vitest'
import { customerEnvelope, jane, until } from '../support/bridge.ts'
import { servedShop, ledgerPath, startProcess } from '../support/process.ts'
import { startDashboard } from './support.ts'

interface Listening {
  readonly response: Response
  /** The next event's name; `undefined` when the stream is over. */
  readonly next: () => Promise<string | undefined>
  readonly leave: () => void
}

const listen = async (url: string): Promise<Listening> => {
  const leaving = new AbortController()
  const response = await fetch(`${url}/live`, { headers: { accept: 'text/event-stream' }, signal: leaving.signal })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  onTestFinished(() => leaving.abort())
  let text = ''
  return {
    response,
    leave: () => leaving.abort(),
    next: async () => {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end >= 0) {
          const event = text.slice(0, end)
          text = text.slice(end + 2)
          return /^event: (\w+)$/m.exec(event)?.[1]
        }
        const { done, value } = await reader.read()
        if (done) return undefined
        text += value
      }
    }
  }
}

describe('the stream', () => {
  test('says at once that it is there, and then when something changes', async () => {
    const bridge = await startDashboard()
    const { response, next } = await listen(bridge.server.url)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(await next()).toBe('ready')
    const asked = performance.now()
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    expect(await next()).toBe('change')
    expect(performance.now() - asked).toBeLessThan(4_000)
  })

  test('tells of the switch', async () => {
    const bridge = await startDashboard()
    const { next } = await listen(bridge.server.url)
    await next()
    const asked = performance.now()
    await bridge.submit('/switch', { on: 'false' })
    expect(await next()).toBe('change')
    expect(performance.now() - asked).toBeLessThan(4_000)
  })

  test('gathers what changes at once', async () => {
    const bridge = await startDashboard()
    const { next } = await listen(bridge.server.url)
    await next()
    let times = 0
    const counting = (async () => {
      while ((await next()) !== undefined) times += 1
    })()
    await bridge.post(Array.from({ length: 200 }, (_, index) => customerEnvelope({ ...jane, email: `p${index}@example.com` }, { entity_id: index + 1, action_type: 'created' })))
    await bridge.drained()
    await until(() => times > 0, 'it is told', 30_000)
    await bridge.server.close()
    await counting
    expect(times).toBeLessThan(20)
  })

  test('tells something now and then, also when nothing changes', { timeout: 15_000 }, async () => {
    const { server } = await startDashboard()
    const { next } = await listen(server.url)
    expect([await next(), await next()]).toEqual(['ready', 'change'])
  })

  test('carries nothing of the ledger', async () => {
    const bridge = await startDashboard()
    const response = await fetch(`${bridge.server.url}/live`)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    onTestFinished(() => reader.cancel())
    let text = ''
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    while (!text.includes('change')) text += (await reader.read()).value ?? ''
    expect(text).toBe('event: ready\ndata: \nretry: 3000\n\nevent: change\ndata: \n\n')
  })

  test('is refused when too many pages listen, until one leaves', async () => {
    const { server } = await startDashboard()
    const streams = await Promise.all(Array.from({ length: 16 }, () => listen(server.url)))
    expect(streams.map(({ response }) => response.status)).toEqual(streams.map(() => 200))
    const refused = await fetch(`${server.url}/live`)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    await refused.text()
    streams[0]!.leave()
    let again: Response
    do {
      again = await fetch(`${server.url}/live`)
      if (again.status !== 200) await again.text()
    } while (again.status !== 200)
    await again.body?.cancel()
  })

  test('keeps no place for who does not read: a HEAD', async () => {
    const { server } = await startDashboard()
    for (let times = 0; times < 40; times += 1) expect((await fetch(`${server.url}/live`, { method: 'HEAD' })).status).toBe(200)
    const { response, next } = await listen(server.url)
    expect([response.status, await next()]).toEqual([200, 'ready'])
  })

  test('is not for who has no session, and does not send a script to the login', async () => {
    const { server } = await startDashboard({ config: { ADMIN_TOKEN: 'a-token-for-the-tests' } })
    const refused = await fetch(`${server.url}/live`, { redirect: 'manual' })
    expect(refused.status).toBe(401)
    await refused.text()
  })

  test('ends when the server stops, which does not wait for it', async () => {
    const { server } = await startDashboard()
    const { next } = await listen(server.url)
    expect(await next()).toBe('ready')
    const asked = performance.now()
    await server.close()
    expect(performance.now() - asked).toBeLessThan(2_500)
    expect(await next()).toBeUndefined()
  })

  test('ends with the process, whose end is clean, and takes nobody meanwhile', { timeout: 60_000 }, async () => {
    const shop = await servedShop()
    const bridge = await startProcess(shop, ledgerPath())
    const streams = await Promise.all([listen(bridge.url), listen(bridge.url), listen(bridge.url)])
    const asked = performance.now()
    bridge.kill('SIGTERM')
    expect(await bridge.ended).toMatchObject({ code: 0, stderr: '' })
    expect(performance.now() - asked).toBeLessThan(6_000)
    for (const { next } of streams) {
      expect(await next()).toBe('ready')
      expect(await next()).toBeUndefined()
    }
  })
})
