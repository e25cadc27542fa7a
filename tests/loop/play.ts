import type { Side } from './journal.ts'
import type { Kind } from './kinds.ts'
import type { Step } from './plan.ts'
import type { World } from './world.ts'

/** What people can work on: on each side the records that are there. */
interface Visible {
  readonly kind: Kind
  readonly natural: string
  readonly change: (fields: Readonly<Record<string, string>>) => void
  readonly current: (field: string) => string
}

/**
 * Nobody in Odoo sets a field back while a change of the record is on its way from the shop: what then comes from Odoo may be the former
 * value, sent once more with other fields, and counts as that.
 */
const SETTLED_MS = 60_000

const SHOP_HOST = 'shop.test'

/** Does what a plan says. */
export const createPlayer = (world: World, { fieldsOf }: { readonly fieldsOf: (kind: Kind, side: Side) => readonly string[] }) => {
  const { clock, journal, kinds, shop, odoo, bridge, network, hosts, trace } = world
  let count = 0
  /** What people know. */
  const names = new Set(odoo.records.map((record) => odoo.keyOf(record)))
  const past = new Map<string, string[]>()
  /** When somebody in Odoo last set a field of a record back. */
  const setBack = new Map<string, number>()

  const ownRows = (kind: Kind): Record<string, string>[] => world.rowsOf(kind).filter((row) => names.has(`${kind.type} ${row[kind.natural]}`))

  const visible = (side: Side): Visible[] =>
    side === 'odoo'
      ? odoo.records.map((record) => ({
          kind: record.kind,
          natural: record.natural,
          change: (fields) => odoo.edit(record, fields),
          current: (field) => record.values[field] ?? ''
        }))
      : kinds.flatMap((kind) =>
          ownRows(kind).map((row) => ({
            kind,
            natural: row[kind.natural] ?? '',
            change: (fields) => {
              for (const [field, value] of Object.entries(fields)) journal.edited('shop', `${kind.type} ${row[kind.natural]}`, field, value, clock.now())
              clock.as(SHOP_HOST, () => kind.change(shop, Number(row['id']), fields))
            },
            current: (field) => row[field] ?? ''
          }))
        )

  const create = (side: Side, kind: Kind): void => {
    if (kind.existing) return
    count += 1
    const natural = kind.nameOf(count)
    const values = Object.fromEntries(fieldsOf(kind, side).map((field) => [field, kind.value(field, count * 100)]))
    names.add(`${kind.type} ${natural}`)
    trace(`${side}: somebody makes ${kind.type} ${natural}`)
    if (side === 'odoo') {
      odoo.create(kind, natural, values)
      return
    }
    for (const [field, value] of Object.entries(values)) journal.edited('shop', `${kind.type} ${natural}`, field, value, clock.now())
    clock.as(SHOP_HOST, () => shop.backOffice.create(kind.resource, { ...kind.inShop, [kind.natural]: natural, ...values }))
  }

  const change = (side: Side, index: number, place: number, restore: boolean): void => {
    const there = visible(side)
    const record = there[index % there.length]
    if (!record) return
    const fields = fieldsOf(record.kind, side)
    const field = fields[place % fields.length]!
    const key = `${record.kind.type} ${record.natural}`
    // Nobody sets back what he has never seen: the other side's value may still be on its way.
    const seen = `${side} ${key} ${field}`
    const had = past.get(seen) ?? []
    const current = record.current(field)
    count += 1
    const made = record.kind.value(field, count)
    const value = restore ? (had.findLast((one) => one !== current) ?? made) : made
    // Also what somebody in the shop has set: Odoo may just repeat it.
    const isFormer = had.includes(value) || (side === 'odoo' && journal.isOf('shop', key, field, value))
    const isSetBack = isFormer && side === 'odoo'
    if (value === current || (isSetBack && journal.lastAt('shop', key) > clock.now() - SETTLED_MS)) return
    if (side === 'shop' && (setBack.get(key) ?? 0) > clock.now() - SETTLED_MS) return
    if (isSetBack) setBack.set(key, clock.now())
    past.set(seen, [...had, current, value].slice(-6))
    trace(`${side}: somebody sets ${key} ${field}: ${current} -> ${value}`)
    record.change({ [field]: value })
  }

  const crash = (down: number): void => {
    if (!bridge.isUp()) return
    trace(`the bridge dies for ${down} ms`)
    bridge.crash()
    clock.as('', () => clock.after(down, () => bridge.start()))
  }

  const away = (side: Side, down: number): void => {
    const host = hosts[side === 'odoo' ? 'odoo.test' : 'shop.test']
    if (host.isDown) return
    trace(`${side} is away for ${down} ms`)
    host.isDown = true
    clock.as('', () =>
      clock.after(down, () => {
        host.isDown = false
      })
    )
  }

  return {
    create,
    do(step: Step): void {
      switch (step.do) {
        case 'create':
          create(step.side, kinds[step.kind % kinds.length]!)
          return
        case 'edit':
        case 'restore':
          change(step.side, step.record, step.field, step.do === 'restore')
          return
        case 'crash':
          crash(step.down)
          return
        case 'away':
          away(step.side, step.down)
          return
        case 'fault':
          trace(`the shop's next ${step.method} ends as ${step.answer}`)
          shop.inject({ when: ({ method }) => method === step.method, times: 1, answer: step.answer })
          return
        case 'lose':
          network.loseAnswers(step.side === 'odoo' ? 'odoo.test' : 'shop.test', 1)
      }
    }
  }
}
