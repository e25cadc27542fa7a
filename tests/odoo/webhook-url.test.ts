import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskedWebhookUrl, readWebhookUrl, webhookUrl } from '../../src/odoo/webhook-url.ts'

const secretText = fc.string({ minLength: 8, unit: 'grapheme-ascii' }).map((text) => text.trim()).filter((text) => text.length > 0)

describe('the address in a rule', () => {
  test('brings any secret over, and says whether it is about deletions', () => {
    fc.assert(
      fc.property(secretText, fc.constantFrom('on_unlink' as const, 'on_create_or_write' as const), (secret, trigger) => {
        const bridge = { url: 'https://bridge.example.com/shop', secrets: ['another one', secret] }
        expect(readWebhookUrl(bridge, webhookUrl(bridge, trigger))).toEqual({ secret, trigger })
      })
    )
  })

  test('says the secret to Odoo’s HTTP library as Basic authentication', () => {
    const url = new URL(webhookUrl({ url: 'https://bridge.example.com', secrets: ['p@ss/w:rd%20'] }, 'on_unlink'))
    expect(url.username).toBe('odoo')
    expect(decodeURIComponent(url.password)).toBe('p@ss/w:rd%20')
    expect(`${url.pathname}${url.search}`).toBe('/webhooks/odoo/automation?event=deleted')
  })

  test('is shown without the secret', () => {
    const bridge = { url: 'https://bridge.example.com/', secrets: ['a secret'] }
    expect(maskedWebhookUrl(bridge, 'on_unlink')).toBe('https://odoo:********@bridge.example.com/webhooks/odoo/automation?event=deleted')
  })

  test.each([
    'https://other.example.com/webhooks/odoo/automation',
    'http://bridge.example.com/webhooks/odoo/automation',
    'https://bridge.example.com/webhooks/odoo',
    'https://bridge.example.com/webhooks/odoo/automations',
    'not an address'
  ])('of something else is not ours: %s', (url) => {
    expect(readWebhookUrl({ url: 'https://bridge.example.com', secrets: ['a secret'] }, url)).toBeUndefined()
  })
})
