import type { OutgoingTables } from '../ledger/ledger.ts'
import { shopClockMs } from '../prestashop/time.ts'
import { isOneCall } from '../sync/marks.ts'
import type { Subject } from './subject.ts'

/**
 * Notes what an event tells of our own writes that have no answer yet, or never will: that one has been made, as
 * somebody saw what it wrote; or that whoever saved the record later, and left its fields alone, found in them what was
 * there before it.
 */
export const witness = ({ entity, id, texts, before, changed, hasBefore, eventAt, savedAt }: Subject, { known, ownWrites }: OutgoingTables): void => {
  if (eventAt === undefined) return
  const hashIn = (values: Subject['texts'], field: string): string | undefined => {
    const text = values.get(field)
    return text === undefined ? undefined : known.fingerprint(entity.type, id, field, text).toString('base64')
  }
  const writes = ownWrites.of(entity.type, id)
  for (const { sequence, operation_id, action, fields, as_read, read_date_upd } of ownWrites.openOf(entity.type, id)) {
    const isEarlier = eventAt <= (shopClockMs(read_date_upd ?? '') ?? Number.NEGATIVE_INFINITY)
    if (action !== 'updated' || isEarlier) continue
    // Another write of ours may have brought the same value.
    const isByAnother = (field: string): boolean =>
      writes.some((other) => (other.sequence > sequence || (other.state !== 'done' && other.sequence < sequence)) && other.fields[field] === fields[field])
    const isSeen = ([field, written]: readonly [string, string]): boolean =>
      written !== as_read[field] && !isByAnother(field) && (hashIn(texts, field) === written || hashIn(before, field) === written)
    const isAsRead = (field: string): boolean => !changed.has(field) && hashIn(texts, field) === as_read[field]
    const seen = Object.entries(fields).filter(isSeen).map(([field]) => field)
    if (seen.length > 0) {
      ownWrites.see(sequence)
      // Of several calls, the others may not have been made.
      if (!isOneCall(entity, action)) ownWrites.made({ operation_id, entity_type: entity.type, shop_id: id }, seen)
    }
    else if (hasBefore && savedAt !== undefined && Object.keys(fields).every(isAsRead)) ownWrites.findAsRead(sequence, savedAt)
  }
}
