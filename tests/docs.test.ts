import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { odooRules } from '../src/odoo/rules.ts'
import { describeModels, tickTable } from '../src/sync/native/describe.ts'
import { models } from '../src/sync/native/models.ts'

const head = `# What Odoo's native webhooks become

Printed from the tables that the bridge works by; \`npx vitest run tests/docs.test.ts -u\` prints it anew.

A field in brackets is looked at where it is ticked. A field of the shop is left as it is where one of those that it is
made of is not ticked. Fields of coupons are named with their model, since several records make one coupon.`

test('the documentation of native webhooks is printed from the tables that work', async () => {
  await expect(`${head}\n\n${describeModels(models)}\n`).toMatchFileSnapshot('../docs/native-webhooks.md')
})

const watched = (model: string): string[] =>
  odooRules.flatMap((rule) => (rule.model === model && rule.trigger === 'on_create_or_write' ? rule.watched.map(({ name }) => name) : []))

test('the README tells the fields to choose as the tables have them', () => {
  expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(tickTable(models, watched))
})
