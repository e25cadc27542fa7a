import type { ConflictPolicy } from '../../src/config.ts'
import type { ModuleStyle } from '../support/module.ts'
import { type Edit, hasFound, lastEdits } from './journal.ts'
import { type KindName, kindOf } from './kinds.ts'
import type { Told } from './odoo.ts'
import type { Plan } from './plan.ts'
import { createPlayer } from './play.ts'
import { createWorld, type Tells, type World } from './world.ts'

export interface Setting {
  readonly style: ModuleStyle
  /** How much the shop's clock is ahead, in milliseconds. */
  readonly skew: number
  /** By what Odoo hears of the shop; left out: by the module. */
  readonly tells?: Tells
  /** What people work with; left out: customers. */
  readonly kinds?: readonly KindName[]
  /** Who wins when both sides have changed the same field; left out: the later one. */
  readonly policy?: ConflictPolicy | undefined
  readonly trace?: ((line: string) => void) | undefined
}

/** What came of it. */
export interface Outcome {
  /** What is not as it must be. */
  readonly faults: readonly string[]
  readonly messages: number
  readonly messagesAfter: number
  readonly edits: number
  readonly leaks: number
  readonly lost: number
  /** Values that Odoo may have lost to an event, told again to be sure. */
  readonly corrections: number
  /**
   * Conflicts that the earlier change has won: Odoo had saved the record once more, with all its fields, before it heard
   * of the later one.
   */
  readonly earlier: number
  readonly verdicts: Readonly<Record<string, number>>
}

const PATIENCE_MS = 2 * 86_400_000
/** A round of the poller takes less, also when it fails and is made again. */
const ROUND_MS = 70_000
/** One second of the shop's clock. */
const GRAIN_MS = 1_000
/**
 * The shop knows no conditional write: what somebody changes between our reading and our writing of the same field is
 * lost. That is how long the two may be apart here.
 */
const RACE_MS = 4_000
/** For so long after an event has changed a field in Odoo the bridge may be in doubt about what came later. */
const IN_DOUBT_MS = 60_000

/** Plays a plan to its end, lets everything come to rest, and looks at what is left. */
export const simulate = async ({ seed, steps }: Plan, { style, skew, tells = 'module', policy = 'last-write-wins', kinds: names = ['customer'], trace }: Setting): Promise<Outcome> => {
  const kinds = names.map(kindOf)
  const world = createWorld({ seed, style, skew, tells, policy, kinds, trace })
  try {
    await world.importExisting()
    const player = createPlayer(world, { fieldsOf: (kind, side) => (side === 'shop' && tells === 'module' ? kind.told[style] : kind.fields) })
    const corrections = { count: 0 }
    const earlier = { count: 0 }
    const leaks = watchLeaks(world, corrections)
    // What the poller finds at its first look is nobody's news. Worlds of customers alone are left as they are known by their seeds.
    if (tells !== 'module' && names.some((name) => name !== 'customer')) await world.pass(ROUND_MS)
    const makers = ['odoo', 'odoo', 'shop'] as const
    for (let index = 0; index < Math.max(makers.length, kinds.length); index += 1) player.create(makers[index % makers.length]!, kinds[index % kinds.length]!)
    await world.pass(20_000)
    for (const step of steps) {
      await world.pass(step.wait)
      player.do(step)
    }
    // What the last of them sets off begins at once.
    await world.pass(1)
    const before = world.messages()
    const unrest = await rest(world)
    const messagesAfter = world.messages() - before
    const faults: string[] = []
    if (unrest !== undefined) faults.push(`it never comes to rest: ${unrest}`)
    const lost = unrest === undefined ? disagreements(world, { style, skew, policy, tells }, earlier) : []
    return {
      faults: [...faults, ...failures(world), ...repetitions(world), ...lost, ...leaks],
      messages: world.messages(),
      messagesAfter,
      edits: world.journal.count(),
      leaks: leaks.length,
      lost: lost.length,
      corrections: corrections.count,
      earlier: earlier.count,
      verdicts: world.bridge.counts()
    }
  } finally {
    world.close()
  }
}

/** Lets the time run until nothing is on its way; gives what still is. */
const rest = async (world: World): Promise<string | undefined> => {
  const end = world.clock.now() + PATIENCE_MS
  const calm = async (): Promise<boolean> => {
    while (world.unrest() !== undefined) if (world.clock.now() > end || !(await world.clock.step(end))) return false
    return true
  }
  // The poller finds the last changes at its next rounds, and what they set off at others.
  for (let round = 0; round < world.roundsToRest; round += 1) {
    if (!(await calm())) return world.unrest()
    await world.pass(ROUND_MS)
  }
  if (!(await calm())) return world.unrest()
  // Nothing comes after.
  await world.pass(10_000)
  return world.unrest()
}

/** Operations and events that were given up. */
const failures = (world: World): string[] => {
  const ledger = world.bridge.ledger()
  const operations = ledger.list({ status: 'failed', limit: 10 }).map(({ operation_id, error_message }) => `${operation_id} failed: ${error_message}`)
  const events = ledger.outgoing.read(({ outbox }) => outbox.list({ status: 'failed', limit: 10 })).map(({ outbox_id, error_message }) => `${outbox_id} failed: ${error_message}`)
  return [...operations, ...events]
}

/** A state is written once, unless somebody in the shop has set the same just before. */
const repetitions = ({ repeatedStates, journal }: World): string[] =>
  repeatedStates
    .filter(({ order, at }) => journal.lastAt('shop', order) < at - RACE_MS)
    .map(({ order, state, at }) => `${order} was given the state ${state} once more (${new Date(at).toISOString().slice(14, 23)})`)

const show = ({ side, value, at }: Edit): string => `${value} (${side} ${new Date(at).toISOString().slice(14, 23)})`

/** Of edits that were made without knowing of each other, those that may stay. */
const winners = (edits: readonly Edit[], policy: ConflictPolicy): readonly Edit[] => {
  const own = edits.filter(({ side }) => `${side}-wins` === policy)
  return own.length > 0 ? own : edits
}

/** Fields in which the two sides differ, or do not hold what the last person wrote. */
const disagreements = (
  { journal, odoo, rowsOf }: World,
  { style, skew, policy, tells }: { readonly style: ModuleStyle; readonly skew: number; readonly policy: ConflictPolicy; readonly tells: Tells },
  earlier: { count: number }
): string[] => {
  const faults: string[] = []
  const shopRows = (record: string): Record<string, string>[] => {
    const [type = '', natural = ''] = record.split(' ')
    const kind = kindOf(type)
    return rowsOf(kind).filter((row) => row[kind.natural] === natural)
  }
  for (const [, edits] of journal.fields()) {
    const { record, field } = edits[0]!
    const there = odoo.records.filter((one) => odoo.keyOf(one) === record)
    const [row, ...more] = shopRows(record)
    if (there.length !== 1 || !row || more.length > 0) {
      faults.push(`${record} is there ${there.length} times in Odoo and ${(row ? 1 : 0) + more.length} times in the shop`)
      continue
    }
    const [inOdoo, inShop] = [there[0]!.values[field], row[field]]
    if (inOdoo !== inShop) faults.push(`${record} ${field} is ${inOdoo} in Odoo and ${inShop} in the shop; edits: ${edits.map(show).join(', ')}`)
    const last = winners(lastEdits(edits), policy)
    const decided = last.find(({ value }) => value === inShop)
    const latest = Math.max(...last.map(({ at }) => at))
    if (decided && latest - decided.at > GRAIN_MS + Math.abs(skew)) earlier.count += 1
    if (decided || last.some((edit) => journal.isRaced(edit, RACE_MS))) continue
    // Where nothing tells what was before, a write without an answer may have been made and set back, or not.
    if ((tells === 'poller' || style === 'field') && last.some((edit) => journal.isHiddenBySetBack(edit))) {
      earlier.count += 1
      continue
    }
    // Without a module nothing tells that the first of two writes was made at all.
    if (tells === 'poller' && last.some((edit) => journal.isSetBackUnheard(edit))) {
      earlier.count += 1
      continue
    }
    if (policy === 'shop-wins' && last.every((edit) => edit.side === 'odoo' && journal.isHasty(edit))) {
      earlier.count += 1
      continue
    }
    // A value that was set back before anybody saw another one has not changed.
    if (policy === 'shop-wins' && lastEdits(edits).some((edit) => edit.value === inShop && last.some(({ value }) => hasFound(edit, value)))) continue
    // Then whatever Odoo repeats comes over what the shop has not told yet.
    if (policy === 'odoo-wins' && last.every(({ side }) => side === 'shop')) {
      earlier.count += 1
      continue
    }
    if (last.some((edit) => journal.isConfirmedLost(edit))) {
      earlier.count += 1
      continue
    }
    faults.push(`${record} ${field} is ${inShop} instead of ${last.map(show).join(' or ')}; edits: ${edits.map(show).join(', ')}`)
  }
  return faults
}

/**
 * Events of the bridge's own writes that tell Odoo nothing but what it said itself. Where somebody in the shop has
 * changed something, or an event may have come over what Odoo said, or its request has failed, it is told once more to
 * be sure.
 */
const watchLeaks = (world: World, corrections: { count: number }): string[] => {
  const leaks: string[] = []
  const seen = new Set<string>()
  const ids = new Set<unknown>()
  /** What only the shop decides, such as the language of an account, and Odoo has not heard of before. */
  const heardOf = new Set<string>()
  const isFirstNews = (record: string, { hook_name, change_summary }: Told['event']): boolean => {
    const own = world.kinds.flatMap(({ fields }) => fields)
    const named = hook_name === 'poll' && typeof change_summary === 'string' ? change_summary.split(', ') : []
    const first = named.filter((field) => !own.includes(field.replace(/\.\d+$/, '')) && !heardOf.has(`${record} ${field}`))
    for (const field of first) heardOf.add(`${record} ${field}`)
    return first.length > 0
  }
  world.onTold(({ record, values, before, event }) => {
    // The answer was lost: it is the same event once more.
    const text = JSON.stringify(event)
    if (seen.has(text)) return
    seen.add(text)
    // Odoo has taken it, but its answer was lost: what it tells by now is told to be sure.
    const isRepeated = ids.has(event['event_id'])
    ids.add(event['event_id'])
    const changed = Object.keys(values).filter((field) => !before || before[field] !== values[field])
    const isNews = (field: string): boolean => {
      const value = values[field]!
      // Somebody in the shop wrote it, or Odoo holds what an event brought, and may be told otherwise.
      if (world.journal.isOf('shop', record, field, value)) return true
      const cell = world.journal.cellOf('odoo', record, field)
      return cell?.value !== value && cell?.by === 'bridge'
    }
    const isFirst = isFirstNews(record, event)
    if (isFirst || changed.some(isNews)) return
    const wasOverwritten = changed.some((field) => world.clock.now() - world.journal.overwrittenAt(record, field) < IN_DOUBT_MS)
    const isOurs = world.module.isOurs(event['event_id']) || event['hook_name'] === 'poll'
    const isToldAgain = event['read_afresh'] !== undefined && (wasOverwritten || isRepeated || world.odoo.isUnsure(event['event_id']))
    if (!isOurs || isToldAgain) {
      corrections.count += 1
      return
    }
    leaks.push(`a leak: ${String(event['event_id'])} (${String(event['hook_name'])}) tells ${record} ${JSON.stringify(values)}`)
  })
  return leaks
}
