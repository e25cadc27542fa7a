import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { describe as describeRoute, refused } from '../../src/openapi/describe.ts'
import { documentationRoutes } from '../../src/openapi/routes.ts'
import { startBridge } from '../support/bridge.ts'
import { describedRoutes } from './contract.ts'

const pageOf = async (app: Hono): Promise<string> => (await documentationRoutes(app).request('/docs')).text()

describe('/docs', () => {
  test('tells every route, with a link to it', async () => {
    const { server } = await startBridge()
    const text = await (await fetch(`${server.url}/docs`)).text()
    const routes = [...describedRoutes(server.app).values()]
    for (const route of routes) {
      const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
      expect(text).toContain(`<code>${path}</code>`)
    }
    const anchors = Array.from(text.matchAll(/href="#([^"]+)"/g), ([, anchor]) => anchor)
    expect(anchors).toHaveLength(routes.length + 1)
    for (const anchor of anchors) expect(text).toContain(`id="${anchor}"`)
  })

  test('tells what a webhook is made of, and each of its answers with an example', async () => {
    const { server } = await startBridge()
    const text = await (await fetch(`${server.url}/docs`)).text()
    for (const key of ['event_id', 'entity_type', 'entity_id', 'action_type', 'timestamp']) expect(text).toContain(`<code>${key}</code>`)
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'event', 'token', 'next']) expect(text).toContain(`<dt><code>${name}</code>`)
    expect(text).toContain('application/x-www-form-urlencoded')
    expect(text).toContain('&quot;odoo-customer-12345-1699365000&quot;')
    expect(text).toContain('<code>{ &quot;events&quot;: [ … ] }</code>')
    for (const status of [200, 202, 400, 403, 413, 415, 422, 503]) expect(text).toContain(`>${status}</span>`)
  })

  test('loads nothing but its style sheet, and lets no script run', async () => {
    const { server } = await startBridge()
    const response = await fetch(`${server.url}/docs`)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("style-src 'self'")
    expect(policy).not.toContain('unsafe')
    const text = await response.text()
    expect(text).not.toMatch(/<script|style="|\son\w+=/)
    expect(Array.from(text.matchAll(/(?:href|src)="([^#"][^"]*)"/g), ([, target]) => target)).toEqual(['/favicon.ico', '/docs.css', '/', '/favicon.ico', '/', '/openapi.json'])
    const style = await fetch(`${server.url}/docs.css`)
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect(await style.text()).not.toMatch(/url\(|@import/)
  })

  test('shows what a description says as text, whatever it holds', async () => {
    const evil = '<img src=x onerror=alert(1)>'
    const app = new Hono().get(
      '/x',
      describeRoute({ summary: evil, description: `a \`${evil}\``, tag: 'server', access: 'public', answers: { 400: refused(evil, evil) } }),
      (context) => context.text('x')
    )
    const text = await pageOf(app)
    expect(text).not.toContain('<img src=x')
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;')
  })
})
