import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { readConfig } from '../../../src/config.ts'
import { createGuard } from '../../../src/guard/guard.ts'
import { inboxRoutes } from '../../../src/inbox/routes.ts'
import { groupCommit } from '../../../src/ledger/group-commit.ts'
import { newOperationId } from '../../../src/ledger/ids.ts'
import { openLedger } from '../../../src/ledger/ledger.ts'
import type { Acceptance, NewOperation } from '../../../src/ledger/operation.ts'
import { createLogger } from '../../../src/log.ts'
import { answerCommands } from '../processes.ts'

/** What the server is compared with. */
const variants: Readonly<Record<string, () => Hono>> = {
  /** All that the server does with a webhook, but that nothing is written. */
  'without-commit': () => {
    const config = readConfig(process.env)
    const ledger = openLedger({ path: config.LEDGER_PATH, as: 'server' })
    const accept = groupCommit((group: readonly NewOperation[]): Acceptance[] =>
      group.map(() => ({ operation_id: newOperationId(), duplicate: false, event_id_reused: false }))
    )
    const log = createLogger({ level: config.LOG_LEVEL, format: config.LOG_FORMAT })
    const app = new Hono()
    createGuard({ config, ledger, log }).protect(app)
    return app.route(
      '/',
      inboxRoutes({
        ledger: { ...ledger, accept },
        log,
        secrets: config.WEBHOOK_SECRET,
        bodyLimitBytes: config.BODY_LIMIT_BYTES,
        ackWaitMs: config.ACK_WAIT_MS,
        isWorking: () => false
      })
    )
  },
  /** The least that can be done with Hono: the JSON is parsed, nothing is checked, logged or stored. */
  bare: () =>
    new Hono().post('/webhooks/odoo', async (context) => {
      await context.req.json()
      return context.json({ success: true }, 202)
    })
}

const variant = variants[process.env.VARIANT ?? '']
if (!variant) throw new Error('VARIANT names no variant')
const app = variant()
const { port } = await new Promise<AddressInfo>((resolve) => {
  // The server leaves the global objects alone, too; bare is what one gets without thinking.
  serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0, overrideGlobalObjects: process.env.VARIANT === 'bare' }, resolve)
})

answerCommands({ address: () => ({ url: `http://127.0.0.1:${port}` }) })
