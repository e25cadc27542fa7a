import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConflictPolicy, readConfig } from '../../src/config.ts'
import { takeBaseline } from '../../src/outgoing/baseline.ts'
import { createClient } from '../../src/prestashop/client.ts'
import { createReference } from '../../src/prestashop/reference.ts'
import { createSandboxShop } from '../../src/sandbox/shop.ts'
import type { ModuleStyle } from '../support/module.ts'
import { createBridgeProcess } from './bridge.ts'
import { installClock } from './clock.ts'
import { createJournal } from './journal.ts'
import type { Kind } from './kinds.ts'
import { installNetwork } from './network.ts'
import { createNoise } from './noise.ts'
import { createOdoo, type Told } from './odoo.ts'
import { startModule } from './shop-side.ts'

export interface WorldOptions {
  readonly seed: number
  readonly style: ModuleStyle
  /** How much the shop's clock is ahead, in milliseconds. */
  readonly skew: number
  readonly tells: Tells
  /** What both sides work with. */
  readonly kinds: readonly Kind[]
  readonly policy: ConflictPolicy
  readonly trace?: ((line: string) => void) | undefined
}

/** By what Odoo hears of the shop: its module, the bridge's poller, or both of them. */
export type Tells = 'module' | 'poller' | 'both'

/** In memory where there is such a folder: the crashes of a simulation lose no file. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

const START = Date.UTC(2026, 4, 4, 9, 0, 0)
/** After the orders that the sandbox has from the start. */
const LATER_START = Date.UTC(2026, 11, 1, 9, 0, 0)
/** More than it takes to read a table. */
const BASELINE_MS = 30_000
export const SECRET = 'a secret for simulations'

/** Both sides and the bridge between them, on one simulated clock. */
export const createWorld = ({ seed, style, skew, tells, policy, kinds, trace: print }: WorldOptions) => {
  const noise = createNoise(seed)
  const clock = installClock(kinds.some(({ existing }) => existing) ? LATER_START : START, () => noise.fraction('chance'))
  const trace = (line: string): void => print?.(`${new Date(clock.now()).toISOString().slice(11, 23)} ${line}`)
  const folder = mkdtempSync(join(FOLDER, 'loop-'))
  const journal = createJournal()
  const shop = createSandboxShop({ now: () => new Date(clock.now() + skew) })
  const config = readConfig({
    PRESTASHOP_URL: shop.url,
    PRESTASHOP_KEY: shop.key,
    WEBHOOK_SECRET: SECRET,
    ODOO_WEBHOOK_URL: 'https://odoo.test/events',
    ODOO_WEBHOOK_SECRET: SECRET,
    LEDGER_PATH: join(folder, 'ledger.db'),
    CONFLICT_POLICY: policy,
    ...(tells === 'module' ? {} : { OUTGOING_POLL_SECONDS: '5' })
  })
  const bridge = createBridgeProcess(config, clock)
  const told: Told[] = []

  /** On its way to the bridge and back; after five seconds nobody waits any longer. */
  const toBridge = async <Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer> => {
    await clock.sleep(noise.delay(name, 40))
    const tooLate = clock.sleep(5_000).then(() => Promise.reject(new Error('no answer')))
    tooLate.catch(() => {})
    const answer = await Promise.race([ask(), tooLate])
    await clock.sleep(noise.delay(`${name} answer`, 40))
    return answer
  }

  const listeners = new Set<(event: Told) => void>()
  const odoo = createOdoo({
    clock,
    noise,
    journal,
    kinds,
    trace,
    // As JSON: what is not set is not there.
    post: (envelope) => toBridge('odoo to bridge', () => bridge.webhook(JSON.parse(JSON.stringify(envelope)))),
    onEvent: (event) => {
      told.push(event)
      for (const listener of listeners) listener(event)
    }
  })
  const hosts = {
    'shop.test': { answer: (request: Request) => shop.app.fetch(request), isDown: false },
    'odoo.test': {
      answer: (request: Request) => odoo.answer(request),
      onUnheard: (response: Response) => odoo.unheard(response),
      onCutOff: (request: Request) => odoo.cutOff(request),
      isDown: false
    }
  }
  const network = installNetwork({ clock, noise, hosts, trace })

  // Before the module: it is told first.
  shop.onHook((hook) => {
    if (hook.operation_id === undefined) return
    for (const kind of kinds) {
      const { before, after } = kind.written(shop, hook) ?? {}
      for (const field of after ? kind.fields : []) {
        if (before?.[field] === after?.[field]) continue
        const record = `${kind.type} ${after?.[kind.natural]}`
        const value = kind.form(field, after?.[field] ?? '')
        trace(`the bridge writes ${record} ${field}=${value}`)
        journal.took('shop', record, field, value, clock.now(), hook.operation_id)
      }
    }
  })
  /** Orders that the bridge has given a state which they had already, and when. */
  const repeatedStates: { readonly order: string; readonly state: string; readonly at: number }[] = []
  shop.onHook(({ hook_name: name, resource, action_type: action, after_data: row, operation_id: operation }) => {
    if (resource !== 'order_histories' || action !== 'created' || !row || operation === undefined || name !== 'actionObjectOrderHistoryAddAfter') return
    const before = shop.rows(resource).findLast((other) => other['id_order'] === row['id_order'] && Number(other['id']) < Number(row['id']))
    if (before?.['id_order_state'] !== row['id_order_state']) return
    const order = `order ${shop.row('orders', Number(row['id_order']))?.['reference']}`
    repeatedStates.push({ order, state: row['id_order_state'] ?? '', at: clock.now() })
  })
  const module = startModule({
    shop,
    isSilent: tells === 'poller',
    style,
    clock,
    noise,
    trace,
    post: (path, body) => toBridge('shop to bridge', () => bridge.post(path, body))
  })
  bridge.start()

  /** Lets the time run. */
  const pass = async (milliseconds: number): Promise<void> => {
    const until = clock.now() + milliseconds
    while (await clock.step(until));
  }

  /** What the shop has of a kind; values as people see them. */
  const rowsOf = (kind: Kind): Record<string, string>[] =>
    shop.rows(kind.resource).map((row) => ({ ...row, ...Object.fromEntries(kind.fields.map((field) => [field, kind.form(field, row[field] ?? '')])) }))

  /** The poller asks for ever. */
  const isIdle = (request: Request): boolean => tells !== 'module' && request.method === 'GET'

  /** What is still on its way; nothing = all is at rest. */
  const unrest = (): string | undefined => {
    if (!bridge.isUp()) return 'the bridge is down'
    if (network.open(isIdle) > 0) return 'a request is on its way'
    if (odoo.sending() > 0) return 'Odoo has webhooks to send'
    if (module.waiting() > 0) return 'the module has events to send'
    const ledger = bridge.ledger()
    if (ledger.backlog().pending > 0) return 'operations are open'
    const open = ledger.outgoing.read(({ outbox }) => outbox.counts()).find(({ status }) => status === 'held' || status === 'pending')
    return open && `events are ${open.status}`
  }

  return {
    clock,
    noise,
    journal,
    kinds,
    shop,
    odoo,
    bridge,
    network,
    module,
    hosts,
    told,
    repeatedStates,
    trace,
    unrest,
    /** How often all must be calm, one round of the poller after the other. */
    roundsToRest: tells === 'module' ? 0 : 3,
    onTold: (listener: (event: Told) => void): void => void listeners.add(listener),
    rowsOf,
    /** Messages so far: webhooks, events, calls. */
    messages: (): number => odoo.counts().webhooks + module.sent() + network.requests(),
    pass,
    /** Before anybody works, Odoo gets what the shop has of some kinds, and the bridge is told so. */
    async importExisting(): Promise<void> {
      const existing = kinds.filter((kind) => kind.existing)
      for (const kind of existing) {
        for (const row of rowsOf(kind).filter((one) => kind.existing?.includes(one[kind.natural] ?? ''))) {
          const values = Object.fromEntries(kind.fields.map((field) => [field, row[field] ?? '']))
          const natural = row[kind.natural] ?? ''
          odoo.import(kind, natural, values, Number(row['id']))
          for (const [field, value] of Object.entries(values)) journal.started('shop', `${kind.type} ${natural}`, field, value)
        }
        const client = createClient({ url: config.PRESTASHOP_URL, key: config.PRESTASHOP_KEY, timeoutMs: config.PRESTASHOP_TIMEOUT_MS })
        const taken = takeBaseline({ ledger: bridge.ledger(), client, reference: createReference(client), config, entityType: kind.type, isDry: false })
        await Promise.all([taken, pass(BASELINE_MS)])
      }
    },
    close(): void {
      bridge.close()
      network.uninstall()
      clock.uninstall()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

export type World = ReturnType<typeof createWorld>
