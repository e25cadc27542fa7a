import type { Hashes, OwnWrite } from '../ledger/own-writes.ts'
import type { ShopRecord } from '../prestashop/record.ts'
import type { Entity, Surroundings } from './entity.ts'
import { creationKey, fieldHash, NO_ID } from './marks.ts'
import { otherTexts, syncedTexts } from './record-texts.ts'

/** Our writes to the record, also creations that have not told its id. */
const ownWritesTo = (entity: Entity, { id }: ShopRecord, texts: ReadonlyMap<string, string>, { ledger }: Surroundings): OwnWrite[] =>
  ledger.outgoing.read(({ ownWrites }) => {
    const name = entity.creationName((field) => texts.get(field))
    const nameless = name === undefined ? [] : ownWrites.namelessBy(entity.type, creationKey(entity, name, { ledger }))
    return [...ownWrites.of(entity.type, id), ...nameless]
  })

/**
 * Fields that somebody in the shop has changed after a write of ours whose answer was lost: they hold neither what was
 * there before nor what we wrote, or again what was there before.
 */
export const changedAfterLostWrite = (entity: Entity, record: ShopRecord, surroundings: Surroundings): ReadonlySet<string> => {
  const texts = new Map([...syncedTexts(entity, record), ...otherTexts(entity, record)])
  const changed = new Set<string>()
  const writes = ownWritesTo(entity, record, texts, surroundings)
  for (const write of writes.filter(({ state }) => state !== 'done')) {
    const { action, as_read, fields, sequence } = write
    const later = writes.filter((other) => other.sequence > sequence)
    const id = action === 'created' ? NO_ID : record.id
    const now: Hashes = Object.fromEntries(Array.from(texts, ([field, text]) => [field, fieldHash(entity, id, field, text, surroundings)]))
    const wasMade = action === 'created' || isMade(write, now, record.fields.date_upd)
    for (const [field, written] of Object.entries(fields)) {
      if (now[field] === undefined || now[field] === written || entity.fields[field]?.counter) continue
      // Another operation has written it since: known values tell.
      if (later.some((other) => Object.hasOwn(other.fields, field))) continue
      if (wasMade || now[field] !== as_read[field]) changed.add(field)
    }
  }
  return changed
}

/** Whether a change reached the record: a field still has it, or it was saved since and holds all that it did before. */
const isMade = ({ fields, as_read, read_date_upd }: OwnWrite, now: Hashes, dateUpd: string | undefined): boolean => {
  if (Object.entries(fields).some(([field, written]) => written === now[field] && written !== as_read[field])) return true
  return dateUpd !== read_date_upd && Object.entries(now).every(([field, hash]) => hash === as_read[field])
}
