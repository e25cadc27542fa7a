import { describe, expect, test } from 'vitest'
import { createOdooClient } from '../../src/odoo/client.ts'
import { odooRules } from '../../src/odoo/rules.ts'
import { verifyRules } from '../../src/odoo/verify-rules.ts'
import { SECRET } from '../support/bridge.ts'
import { type OdooSandbox, startOdoo } from '../support/odoo/odoo.ts'
import { cli, type Ended } from '../support/process.ts'

const environment = {
  PRESTASHOP_URL: 'https://shop.test',
  PRESTASHOP_KEY: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
  WEBHOOK_SECRET: SECRET
}

const withApi = ({ url, db, user, key }: OdooSandbox) => ({ ...environment, ODOO_URL: url, ODOO_DB: db, ODOO_USER: user, ODOO_API_KEY: key })

const setup = (parameters: readonly string[], variables: Record<string, string> = environment): Promise<Ended> =>
  cli(['odoo-setup', ...parameters], variables).ended

const BRIDGE = ['--url', 'https://bridge.example.com'] as const
const encoded = encodeURIComponent(SECRET)

describe("without Odoo's API, odoo-setup", () => {
  test('prints each rule with all that is to be entered, and hides the secret', async () => {
    const { code, stdout, stderr } = await setup(BRIDGE)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const { name, model, watched, sent } of odooRules) {
      for (const text of [name, model, ...[...watched, ...sent].map((field) => `${field.label} (${field.name})`)]) expect(stdout).toContain(text)
    }
    expect(stdout).toContain('https://odoo:********@bridge.example.com/webhooks/odoo/automation?event=deleted')
    expect(stdout).toContain('--show-secret')
    expect(stdout).not.toContain(SECRET)
    expect(stdout).not.toContain(encoded)
  })

  test('shows the secret when it is told to', async () => {
    const { stdout } = await setup([...BRIDGE, '--show-secret'])
    expect(stdout).toContain(`https://odoo:${encoded}@bridge.example.com/webhooks/odoo/automation\n`)
  })

  test('prints the rules for programs', async () => {
    const { stdout } = await setup([...BRIDGE, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      rules: expect.arrayContaining([
        { name: 'PrestaShop: orders', model: 'sale.order', trigger: 'on_create_or_write', when_updating: ['state', 'client_order_ref', 'note'], fields: expect.arrayContaining(['name']) as unknown, url: 'https://odoo:********@bridge.example.com/webhooks/odoo/automation' }
      ]) as unknown
    })
  })

  test('cannot apply anything', async () => {
    expect(await setup([...BRIDGE, '--apply'])).toMatchObject({ code: 2, stderr: expect.stringContaining('ODOO_API_KEY') as unknown })
  })

  test('needs to be told an address that Odoo can reach', async () => {
    expect(await setup([], { ...environment, HOST: '0.0.0.0' })).toMatchObject({ code: 2, stderr: expect.stringContaining('--url') as unknown })
    expect(await setup(['--url', 'bridge.example.com'])).toMatchObject({ code: 2 })
  })
})

describe("with Odoo's API, odoo-setup", () => {
  test('shows what is missing and changes nothing', async () => {
    const odoo = await startOdoo({ version: 19 })
    const { code, stdout, stderr } = await setup(BRIDGE, withApi(odoo))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/PrestaShop: contacts +res\.partner +missing \(this Odoo has no mobile\)/)
    expect(stdout).toContain('--apply')
    expect(odoo.database.rows('base.automation')).toEqual([])
    expect(stdout).not.toContain(odoo.key)
  })

  test.each([17, 19] as const)('makes the rules of Odoo %i once, and never shows the secret', async (version) => {
    const odoo = await startOdoo({ version })
    const first = await setup([...BRIDGE, '--apply'], withApi(odoo))
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' })
    expect(first.stdout).toContain(`Created or repaired: ${odooRules.length}`)
    const client = createOdooClient({ ...odoo, timeoutMs: 5_000 })
    const { findings } = await verifyRules(client, { url: 'https://bridge.example.com', secrets: [SECRET] })
    expect(findings.map(({ state }) => state)).toEqual(odooRules.map(() => 'fine'))
    const again = await setup([...BRIDGE, '--apply'], withApi(odoo))
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect(again.stdout).not.toContain('Created')
    expect(odoo.database.rows('base.automation')).toHaveLength(odooRules.length)
    expect(first.stdout + again.stdout).not.toContain(encoded)
  })

  test('tells what keeps it from looking, without the key', async () => {
    const odoo = await startOdoo({ version: 19 })
    const { code, stderr } = await setup(BRIDGE, { ...withApi(odoo), ODOO_API_KEY: 'a-key-that-is-wrong' })
    expect(code).toBe(1)
    expect(stderr).toContain('ODOO_API_KEY')
    expect(stderr).not.toContain('a-key-that-is-wrong')
    expect(stderr).not.toContain('    at ')
  })
})
