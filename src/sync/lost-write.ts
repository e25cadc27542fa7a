import type { KnownValue } from '../ledger/known-values.ts'
import type { Hashes, OwnWrite } from '../ledger/own-writes.ts'
import type { ShopRecord } from '../prestashop/record.ts'
import { knownValue } from './applied.ts'
import type { Entity, Surroundings, Texts } from './entity.ts'
import { creationKey, fieldHash, isOneCall, NO_ID } from './marks.ts'
import { otherTexts, syncedTexts } from './record-texts.ts'
import type { WantedValue } from './translate.ts'

/** What a record tells of our own writes to it whose answers were lost. */
export interface LostWrites {
  /**
   * Fields that somebody in the shop has changed since: they hold neither what was there before nor what we wrote, or
   * again what was there before. Each with whether a text is what we wrote.
   */
  readonly changedSince: ReadonlyMap<string, (text: string) => boolean>
  /** Fields that hold what we wrote, as values that Odoo is known to hold. */
  readonly written: ReadonlyMap<string, KnownValue>
  /** Of a record that we made: what it still has of what we gave it, with a source time of 0. */
  readonly given: ReadonlyMap<string, WantedValue>
  /** What our last write that is no longer in doubt read before it. */
  readonly lastRead: Hashes
}

/** Our writes to the record, also creations that have not told its id. */
const ownWritesTo = (entity: Entity, { id }: ShopRecord, texts: Texts, { ledger }: Surroundings): OwnWrite[] =>
  ledger.outgoing.read(({ ownWrites }) => {
    const name = entity.creationName((field) => texts.get(field))
    const nameless = name === undefined ? [] : ownWrites.namelessBy(entity.type, creationKey(entity, name, { ledger }))
    return [...ownWrites.of(entity.type, id), ...nameless]
  })

/**
 * Whether a change reached the record: an event has told so, a field still has it, or the record was saved since and
 * holds all that it did before. The last is a guess. Somebody may have set the change back, or saved the record without
 * changing anything while our write was never made; what whoever saved it found there (`witness`) tells the two apart
 * only where the shop's module tells what was before. Otherwise it counts as set back: nothing that somebody in the shop
 * did is undone, and Odoo is told of the value that stays, so that whoever changed it there sees it and can do so again.
 * @param later our own writes that came after it
 */
const isMade = (write: OwnWrite, later: readonly OwnWrite[], now: Hashes, dateUpd: string | undefined): boolean => {
  const { fields, as_read, read_date_upd, is_seen } = write
  if (is_seen) return true
  const own = Object.entries(fields).filter(([field]) => !isWrittenBy(later, field))
  if (own.some(([field, written]) => written === now[field] && written !== as_read[field])) return true
  return later.length === 0 && dateUpd !== read_date_upd && Object.entries(now).every(([field, hash]) => hash === as_read[field])
}

const isWrittenBy = (writes: readonly OwnWrite[], field: string): boolean => writes.some(({ fields }) => Object.hasOwn(fields, field))

/** Looks at a record that is to be changed for what became of our writes to it that are still in doubt. */
export const lookForLostWrites = (entity: Entity, record: ShopRecord, surroundings: Surroundings): LostWrites => {
  const texts = new Map([...syncedTexts(entity, record), ...otherTexts(entity, record)])
  const writes = ownWritesTo(entity, record, texts, surroundings)
  const changedSince = new Map<string, (text: string) => boolean>()
  const made = new Map<string, KnownValue>()
  const given = new Map<string, WantedValue>()
  for (const write of writes.filter(({ state }) => state !== 'done')) {
    const { action, as_read, fields, source_times, operation_id, sequence } = write
    // Where another operation has written since, known values tell.
    const later = writes.filter((other) => other.sequence > sequence)
    const id = action === 'created' ? NO_ID : record.id
    const now: Hashes = Object.fromEntries(Array.from(texts, ([field, text]) => [field, fieldHash(entity, id, field, text, surroundings)]))
    // Of several calls, the last may not have been made: what it would have written is nobody's change.
    const wasMade = isOneCall(entity, action) && (action === 'created' || isMade(write, later, now, record.fields.date_upd))
    const isReplaced = (field: string): boolean => wasMade || (action !== 'created' && now[field] !== as_read[field])
    for (const [field, written] of Object.entries(fields)) {
      if (now[field] === undefined || isWrittenBy(later, field)) continue
      if (now[field] === written) {
        const origin = { sourceTime: source_times[field] ?? 0, operationId: operation_id }
        made.set(field, knownValue(entity, record.id, field, { value: texts.get(field) ?? '', ...origin }, surroundings.ledger))
        if (action === 'created') given.set(field, { value: texts.get(field) ?? '', sourceTime: 0, operationId: operation_id })
      } else if (!entity.fields[field]?.counter && isReplaced(field)) {
        changedSince.set(field, (text) => fieldHash(entity, id, field, text, surroundings) === written)
      }
    }
  }
  return { changedSince, written: made, given, lastRead: writes.find(({ state }) => state === 'done')?.as_read ?? {} }
}
