import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { pageStyle } from '../../src/notify/page-style.ts'
import { batch, moduleEvent, reverse, showing } from './showing.ts'

const started = async () => {
  const debug = await showing()
  const page = async (path = '/') => {
    const response = await fetch(debug.server.url + path)
    return { status: response.status, headers: response.headers, html: await response.text() }
  }
  return { ...debug, page }
}

/** The texts of the elements of one kind. */
const textsOf = (html: string, element: string): string[] =>
  [...html.matchAll(new RegExp(`<${element}[^>]*>([^<]*)</${element.split(' ')[0]}>`, 'g'))].map(([, inner = '']) => inner.trim())

describe('the page', () => {
  test('has the last events, the newest first, reverse syncs apart from the others', async () => {
    const { post, page } = await started()
    await post(reverse)
    await post(batch(moduleEvent))
    await post({ ...reverse, result: { success: false, code: 'validation' }, change_summary: 'customer 1001 of Odoo (updated) failed: phone' })
    const { html } = await page()
    expect(textsOf(html, 'a href="/events')).toEqual(['customer 42 updated', 'order 7 (XKBKNABJK) status_changed', 'customer 42 updated'])
    expect(textsOf(html, 'span class="mark"')).toEqual(['Reverse sync', 'Event', 'Reverse sync'])
    expect(textsOf(html, 'span class="route"')).toEqual(['odoo → prestashop', 'prestashop → odoo', 'odoo → prestashop'])
    expect(textsOf(html, 'span class="(?:done|failed)"')).toEqual(['✗ failed: validation', '✓ updated'])
    expect(textsOf(html, 'code')).toEqual(expect.arrayContaining(['op_1', '12', 'actionOrderStatusPostUpdate', 'batch b-77']))
    expect(html.match(/<li class="\w+"/g)).toEqual(['<li class="reverse"', '<li class="event"', '<li class="reverse"'])
    expect(html).toContain('<p>customer 1001 of Odoo (updated) failed: phone</p>')
  })

  test('tells where to send events while there are none', async () => {
    const { page, server } = await started()
    const { html } = await page()
    expect(html).toContain(`DEBUG_WEBHOOK_URL=${server.url}/webhook`)
  })

  test('asks for itself again without a script, until it is paused', async () => {
    const { page } = await started()
    const { html } = await page()
    expect(html).toContain('<meta http-equiv="refresh" content="3">')
    expect(html).toContain('<a href="/?paused">pause</a>')
    const { html: paused } = await page('/?paused')
    expect(paused).not.toContain('http-equiv="refresh"')
    expect(paused).toContain('<a href="/">go on</a>')
  })

  test('leads to the payload of each event, without its secrets', async () => {
    const { post, page } = await started()
    await post({ ...moduleEvent, after_data: { note: 'a "quoted" <note>', passwd: 'hunter2' } })
    const { html } = await page('/events/1')
    expect(html).toContain('&quot;note&quot;: &quot;a \\&quot;quoted\\&quot; &lt;note&gt;&quot;')
    expect(html).toContain('&quot;passwd&quot;: &quot;[masked]&quot;')
    expect(html).not.toMatch(/hunter2|http-equiv="refresh"/)
  })

  test('keeps a hundred events, and counts all', async () => {
    const { post, page } = await started()
    await post(batch(...Array.from({ length: 103 }, (_, index) => ({ ...moduleEvent, entity_id: index }))))
    const { html } = await page()
    expect(textsOf(html, 'a href="/events')).toHaveLength(100)
    expect(html).toContain('<p>103 events, the last 100 ·')
    expect(html).toContain('<title>103 events')
    expect((await page('/events/3')).status).toBe(404)
    expect((await page('/events/4')).status).toBe(200)
  })

  test('cuts a very long payload', async () => {
    const { post, page } = await started()
    await post({ ...moduleEvent, after_data: 'x'.repeat(1_000_000) })
    const { html } = await page('/events/1')
    expect(html.length).toBeLessThan(120_000)
    expect(html).toMatch(/x… \(\d+ more\)<\/pre>/)
  })

  test('can be read on a phone, and follows the dark and light of the machine', async () => {
    const { page } = await started()
    const { html } = await page()
    expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">')
    expect(html).toContain('<html lang="en">')
    const style = await page('/style.css')
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect(style.html).toContain('@media (prefers-color-scheme: dark)')
  })
})

describe('nothing that is sent becomes part of the page', () => {
  const attack = `<script>alert(1)</script><img src=x onerror=alert(1)>"'><a href="javascript:alert(1)">x</a>&lt;script&gt;\u202e\u001b`

  test('whichever field it is in', async () => {
    const { post, page } = await started()
    const everywhere = Object.fromEntries([...Object.keys(moduleEvent), 'source', 'destination', attack].map((key) => [key, attack]))
    for (const success of [true, false]) {
      await post({ batch_id: attack, events: [{ ...everywhere, result: { success, code: attack, outcome: attack, message: attack } }] })
    }
    for (const path of ['/', '/events/1', '/events/2']) {
      const { html } = await page(path)
      expect(html).toContain('alert(1)')
      expect(html).not.toMatch(/<script|<img|href="javascript|onerror=alert\(1\)>|[\u202e\u001b]/i)
      // What was escaped already stays a text.
      expect(html).toContain('&amp;lt;script&amp;gt;')
    }
  })

  test('and were it to, nothing would run or load: a strict policy, no script, no inline style, never stored or framed', async () => {
    const { post, page } = await started()
    await post(reverse)
    for (const path of ['/', '/?paused', '/events/1']) {
      const { html, headers } = await page(path)
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
      )
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(html).not.toMatch(/<script|<style|\sstyle=|\son\w+=/)
    }
  })

  test('nor does the page answer under a name that somebody else may have given to this machine', async () => {
    const { server, post } = await started()
    await post(reverse)
    const asked = async (host: string) => {
      const response = await new Promise<NodeJS.ReadableStream & { statusCode?: number | undefined }>((resolve, reject) => {
        request(server.url, { headers: { host } }, resolve).on('error', reject).end()
      })
      return { status: response.statusCode, hasEvents: (await text(response)).includes('op_1') }
    }
    const { port } = new URL(server.url)
    expect(await asked(`localhost:${port}`)).toEqual({ status: 200, hasEvents: true })
    expect(await asked(`rebound.example:${port}`)).toEqual({ status: 421, hasEvents: false })
  })
})

/** Relative luminance and contrast as WCAG 2.2 defines them. */
const luminance = (colour: string): number => {
  const digits = colour.length === 4 ? colour.replaceAll(/\w/g, '$&$&') : colour
  const channels = digits.match(/\w\w/g)?.map((channel) => Number.parseInt(channel, 16) / 255) ?? []
  const [red = 0, green = 0, blue = 0] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

describe('the colours have the contrast of WCAG AA', () => {
  const schemes = [...pageStyle.matchAll(/:root \{([^}]*)\}/g)].map(
    ([, block = '']) => new Map([...block.matchAll(/--([\w-]+): (#\w+)/g)].map(([, name = '', colour = '']): [string, string] => [name, colour]))
  )
  test.each([
    ['light', schemes[0]],
    ['dark', schemes[1]]
  ])('%s', (_, colours) => {
    const colour = (name: string): string => colours?.get(name) ?? ''
    const texts = ['text', 'quiet', 'link', 'done', 'failed'].flatMap((name) => [
      [name, 'ground'],
      [name, 'card']
    ])
    const marks = ['reverse', 'event', 'test'].map((name) => ['on-mark', name])
    const faint = [...texts, ...marks].filter(([one = '', other = '']) => !(contrast(colour(one), colour(other)) >= 4.5))
    expect(faint).toEqual([])
  })
})
