import { describe, expect, test } from 'vitest'
import { applyRules } from '../../src/odoo/apply-rules.ts'
import { createOdooClient, type OdooClient } from '../../src/odoo/client.ts'
import { odooRules } from '../../src/odoo/rules.ts'
import { verifyRules } from '../../src/odoo/verify-rules.ts'
import type { BridgeAddress } from '../../src/odoo/webhook-url.ts'
import { fieldsToTick } from '../../src/sync/native/model.ts'
import { models } from '../../src/sync/native/models.ts'
import type { OdooDatabase } from '../support/odoo/database.ts'
import { type OdooOptions, startOdoo } from '../support/odoo/odoo.ts'

const bridge: BridgeAddress = { url: 'https://bridge.example.com', secrets: ['s3cret/with %signs'] }
const URL_SAVED = 'https://odoo:s3cret%2Fwith%20%25signs@bridge.example.com/webhooks/odoo/automation'

const start = async (options: OdooOptions) => {
  const { url, db, user, key, database, calls } = await startOdoo(options)
  return { database, calls, odoo: createOdooClient({ url, db, user, key, timeoutMs: 5_000 }) }
}

const statesOf = async (odoo: OdooClient, address = bridge): Promise<Record<string, string>> => {
  const { findings } = await verifyRules(odoo, address)
  return Object.fromEntries(findings.map(({ rule, state }) => [rule.name, state]))
}

const apply = async (odoo: OdooClient, address = bridge): Promise<string[]> =>
  (await applyRules(odoo, address, await verifyRules(odoo, address))).map(({ name }) => name)

const setUp = async (options: OdooOptions) => {
  const sandbox = await start(options)
  await apply(sandbox.odoo)
  return sandbox
}

const ruleNamed = (database: OdooDatabase, name: string) => database.rows('base.automation').find((row) => row['name'] === name)!
const actionOf = (database: OdooDatabase, name: string) =>
  database.rows('ir.actions.server').find((row) => row['base_automation_id'] === ruleNamed(database, name)['id'])!
const fieldNames = (database: OdooDatabase, ids: unknown): unknown[] =>
  (Array.isArray(ids) ? ids : []).map((id) => database.row('ir.model.fields', Number(id))['name'])

const all = (state: string) => Object.fromEntries(odooRules.map(({ name }) => [name, state]))
const CONTACTS = 'PrestaShop: contacts'

const differencesOf = async (odoo: OdooClient, name = CONTACTS): Promise<readonly string[]> =>
  (await verifyRules(odoo, bridge)).findings.find(({ rule }) => rule.name === name)!.differences

describe.each([17, 18, 19] as const)('the automation rules of Odoo %i', (version) => {
  test('are all missing at first, and fine once they are applied', async () => {
    const { odoo } = await start({ version })
    expect(await statesOf(odoo)).toEqual(all('missing'))
    expect(await apply(odoo)).toEqual(odooRules.map(({ name }) => name))
    expect(await statesOf(odoo)).toEqual(all('fine'))
  })

  test('are not written again when they are fine', async () => {
    const { odoo, calls } = await setUp({ version })
    calls()
    expect(await apply(odoo)).toEqual([])
    expect(calls().filter((call) => /create|write$/.test(call))).toEqual([])
  })

  test('post what the shop needs to the bridge, when a field that matters changes', async () => {
    const { database } = await setUp({ version })
    const rule = ruleNamed(database, CONTACTS)
    const action = actionOf(database, CONTACTS)
    expect(rule).toMatchObject({ trigger: 'on_create_or_write', active: true })
    expect(action).toMatchObject({ state: 'webhook', webhook_url: URL_SAVED, usage: 'base_automation', model_id: rule['model_id'] })
    const watched = fieldNames(database, rule['trigger_field_ids'])
    expect(watched).toContain('street')
    expect(watched).not.toContain('country_code')
    expect(watched.includes('mobile')).toBe(version !== 19)
    expect(fieldNames(database, action['webhook_field_ids'])).toEqual(expect.arrayContaining(['email', 'country_code', 'write_date']))
  })

  test('about deletions have an address of their own', async () => {
    const { database } = await setUp({ version })
    expect(ruleNamed(database, `${CONTACTS} deleted`)).toMatchObject({ trigger: 'on_unlink', trigger_field_ids: [] })
    expect(actionOf(database, `${CONTACTS} deleted`)).toMatchObject({ webhook_url: `${URL_SAVED}?event=deleted` })
  })

  test('that somebody changed are told of and repaired, without what was added and the filter being lost', async () => {
    const { database, odoo } = await setUp({ version })
    const rule = ruleNamed(database, CONTACTS)
    const action = actionOf(database, CONTACTS)
    const field = (name: string): unknown => database.rows('ir.model.fields').find((row) => row['model'] === 'res.partner' && row['name'] === name)?.['id']
    Object.assign(rule, { active: false, trigger: 'on_write', filter_domain: "[('email', '!=', False)]", trigger_field_ids: [field('email'), field('website')] })
    Object.assign(action, { webhook_url: `${URL_SAVED}?event=deleted`, webhook_field_ids: [field('website')] })
    expect(await differencesOf(odoo)).toEqual([
      'it is archived',
      'its trigger is on_write, expected on_create_or_write',
      'its address has ?event=deleted',
      expect.stringMatching(/^"When updating" lacks name, type, .*street/),
      expect.stringMatching(/^"Fields" lacks type, .*country_code/)
    ])
    expect(await apply(odoo)).toEqual([CONTACTS])
    expect(await statesOf(odoo)).toEqual(all('fine'))
    expect(rule).toMatchObject({ active: true, trigger: 'on_create_or_write', filter_domain: "[('email', '!=', False)]" })
    expect(fieldNames(database, rule['trigger_field_ids'])).toContain('website')
    expect(fieldNames(database, action['webhook_field_ids'])).toContain('website')
    expect(database.rows('base.automation')).toHaveLength(odooRules.length)
  })

  test('of apps that are not installed are not missing', async () => {
    const { odoo, database } = await start({ version, without: ['loyalty.program', 'loyalty.rule', 'loyalty.reward', 'loyalty.card'] })
    await apply(odoo)
    expect(await statesOf(odoo)).toMatchObject({ [CONTACTS]: 'fine', 'PrestaShop: coupons': 'not installed' })
    expect(database.rows('base.automation')).toHaveLength(4)
  })
})

test('there is a rule for each model that means something, which sends all that it is made of', () => {
  const saved = odooRules.filter(({ trigger }) => trigger === 'on_create_or_write')
  expect(saved.map(({ model, sent }) => [model, sent.map(({ name }) => name)])).toEqual(
    models.map((model) => [model.name, [...fieldsToTick(model), 'write_date']])
  )
  const unlabelled = saved.flatMap(({ model, sent, watched }) => [...sent, ...watched].filter(({ name, label }) => name === label).map(({ name }) => `${model} ${name}`))
  expect(unlabelled).toEqual([])
})

describe('a rule', () => {
  test('has the newest secret, and one with an older secret is wrong', async () => {
    const { odoo, database } = await setUp({ version: 19 })
    const rotated = { ...bridge, secrets: [...bridge.secrets, 'new secret'] }
    expect(await statesOf(odoo, rotated)).toEqual(all('wrong'))
    await apply(odoo, rotated)
    expect(await statesOf(odoo, rotated)).toEqual(all('fine'))
    expect(actionOf(database, CONTACTS)['webhook_url']).toContain('odoo:new%20secret@')
  })

  test('with a wrong secret is wrong, which is told without either', async () => {
    const { odoo, database } = await setUp({ version: 19 })
    actionOf(database, CONTACTS)['webhook_url'] = URL_SAVED.replace('s3cret', 'gue55')
    const differences = await differencesOf(odoo)
    expect(differences).toEqual(['its address has no secret, or a wrong one'])
  })

  test.each([
    'https://bridge.example.com/webhooks/odoo/automation/s3cret%2Fwith%20%25signs',
    'https://bridge.example.com/webhooks/odoo/automation?token=s3cret%2Fwith%20%25signs',
    `${URL_SAVED} `
  ])('is fine with the secret in any of the ways that the bridge takes: %s', async (url) => {
    const { odoo, database } = await setUp({ version: 19 })
    actionOf(database, CONTACTS)['webhook_url'] = url
    expect(await differencesOf(odoo)).toEqual([])
  })

  test('of another bridge, of the user, or of another name is never touched', async () => {
    const { odoo, database } = await start({ version: 19 })
    const model = database.rows('ir.model').find((row) => row['model'] === 'res.partner')?.['id']
    const made = (name: string, url: string) => {
      const action = { name: 'x', state: 'webhook', model_id: model, webhook_url: url }
      return database.create('base.automation', { name, model_id: model, trigger: 'on_write', action_server_ids: [[0, 0, action]] })
    }
    const foreign = [
      made(CONTACTS, 'https://odoo:x@other.example.com/webhooks/odoo/automation'),
      made(CONTACTS, 'https://bridge.example.com/other'),
      made('Mine', URL_SAVED)
    ].map((id) => database.row('base.automation', id))
    const before = structuredClone({ foreign, actions: database.rows('ir.actions.server') })
    await apply(odoo)
    expect({ foreign, actions: database.rows('ir.actions.server').slice(0, 3) }).toEqual(before)
    expect((await verifyRules(odoo, bridge)).others).toEqual(['Mine'])
    expect(await statesOf(odoo)).toEqual(all('fine'))
  })

  test('cannot be seen by a user without the right to', async () => {
    const { odoo, database } = await start({ version: 19 })
    database.forbidden.add('base.automation')
    await expect(verifyRules(odoo, bridge)).rejects.toMatchObject({ kind: 'misconfigured', blocked: { model: 'base.automation', method: 'search_read' } })
  })

  test('needs the app "Automation Rules"', async () => {
    const { odoo } = await start({ version: 19, without: ['base.automation', 'ir.actions.server'] })
    await expect(verifyRules(odoo, bridge)).rejects.toThrow(/Install the Odoo app "Automation Rules"/)
  })
})
