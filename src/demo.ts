import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { readConfig } from './config.ts'
import { createLogger } from './log.ts'
import { serveSandbox } from './sandbox/serve.ts'
import type { HookEvent } from './sandbox/shop.ts'
import { startServer } from './server.ts'

const SAMPLES = join(import.meta.dirname, '..', 'fixtures', 'webhooks')
const SECRET = 'sandbox-secret'
/** Fields that the shop keeps for itself: of no interest to somebody who watches. */
const INTERNAL = new Set(['id', 'passwd', 'secure_key', 'last_passwd_gen', 'date_add', 'date_upd'])

export interface DemoOptions {
  /** Stop after the samples instead of staying up. */
  readonly exit: boolean
  /** Where the bridge listens; 0 = any free port. */
  readonly port: number
  readonly write: (line: string) => void
}

/** What a hook of the shop tells, in words. */
const describeChange = ({ action_type, resource, entity_id, before_data: before, after_data: after }: HookEvent): string[] => {
  const fields = Object.entries(after ?? {}).filter(
    ([field, value]) => !INTERNAL.has(field) && value !== (before?.[field] ?? '') && !(before === null && /^[0.: -]*$/.test(value))
  )
  const changes = fields.map(([field, value]) =>
    before === null ? `${field} = ${JSON.stringify(value)}` : `${field}: ${JSON.stringify(before[field] ?? '')} → ${JSON.stringify(value)}`
  )
  return [`${resource} ${entity_id} ${action_type}`, ...changes.map((change) => `  ${change}`)]
}

const indent = (text: string): string => text.replaceAll('\n', '\n    ')

/**
 * The main job on embedded defaults: a sandbox shop and the bridge on loopback with a temporary ledger. Sends the
 * sample webhooks of `fixtures/webhooks` and tells what became of each.
 * @returns whether all went as their names say, and how to stop what is still up
 */
export const runDemo = async ({ exit, port, write }: DemoOptions): Promise<{ ok: boolean; close: () => Promise<void> }> => {
  const folder = mkdtempSync(join(tmpdir(), 'odoo-prestashop-sync-'))
  const served = await serveSandbox()
  const config = readConfig({
    PORT: String(port),
    PRESTASHOP_URL: served.url,
    PRESTASHOP_KEY: served.shop.key,
    WEBHOOK_SECRET: SECRET,
    LEDGER_PATH: join(folder, 'ledger.db'),
    ACK_WAIT_MS: '3000'
  })
  const tidy = async (): Promise<void> => {
    await served.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const server = await startServer(config, createLogger({ level: 'silent', format: 'json' })).catch(async (error: unknown) => {
    await tidy()
    throw error
  })
  const close = async (): Promise<void> => {
    await server.close()
    await tidy()
  }

  const changes: string[] = []
  const forget = served.shop.onHook((event) => {
    changes.push(...describeChange(event))
  })
  write(styleText('bold', 'A sandbox PrestaShop and the bridge are running on this machine.'))
  write(`  the shop's Webservice  ${served.url}/api`)
  write(`  the bridge             ${server.url}/webhooks/odoo`)
  write(`  its dashboard          ${server.url}/`)
  write('')

  let ok = true
  for (const file of readdirSync(SAMPLES).sort()) {
    const body = readFileSync(join(SAMPLES, file), 'utf8').trim()
    changes.length = 0
    const before = served.shop.requests.length
    const response = await fetch(`${server.url}/webhooks/odoo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
      body
    })
    const answer: unknown = await response.json()
    const calls = served.shop.requests.slice(before).map(({ method, resource, id }) => `${method} ${resource}${id === undefined ? '' : `/${id}`}`)
    const expected = file.includes('refused') ? 422 : 200
    ok &&= response.status === expected

    write(styleText('bold', `▶ ${file.replace(/\.json$/, '').replaceAll('-', ' ')}`))
    write(`  Odoo sends\n    ${indent(body)}`)
    write(`  The bridge asks the shop: ${calls.join(', ') || 'nothing'}`)
    write(`  The bridge answers ${styleText(response.status === 200 ? 'green' : 'yellow', String(response.status))}\n    ${indent(JSON.stringify(answer, null, 2))}`)
    write(`  In the shop\n    ${changes.length > 0 ? changes.join('\n    ') : 'nothing changed'}`)
    write('')
  }
  forget()
  write(ok ? styleText('green', 'All samples ended as their names say.') : styleText('red', 'A sample did not end as its name says.'))
  if (!exit) {
    write('')
    write('Try one yourself (Ctrl+C stops everything):')
    write('')
    write(
      `  curl -i ${server.url}/webhooks/odoo -H 'Content-Type: application/json' -H 'X-Webhook-Secret: ${SECRET}' \\\n` +
        `    -d '{"entity_type":"customer","entity_id":12345,"data":{"firstname":"Jane"}}'`
    )
    write('')
    write('or as an automation rule of Odoo sends it:')
    write('')
    write(
      `  curl -i '${server.url}/webhooks/odoo/automation?token=${SECRET}' \\\n` +
        `    -d '{"_model":"res.partner","_id":7,"type":"contact","parent_id":false,"name":"Jane Roe","email":"jane.roe@example.com"}'`
    )
    write('')
    write('and look at the record in the shop:')
    write('')
    write(`  curl -u ${served.shop.key}: '${served.url}/api/customers?display=full&filter[email]=john.doe@example.com' -g`)
  }
  return { ok, close }
}
