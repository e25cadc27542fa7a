import type { OutgoingTables } from '../ledger/ledger.ts'
import { OVERTAKEN } from '../ledger/outbox.ts'
import type { Circumstances, RecordView } from './explain.ts'
import { lostWrites } from './judge.ts'
import type { News } from './learn.ts'
import type { Subject } from './subject.ts'
import type { Verdict } from './verdict.ts'

/** The keyed hash of values of a record's kind. */
export const fingerprintOf =
  ({ entity }: Subject, { known }: OutgoingTables): Circumstances['fingerprint'] =>
  (shopId, field, text) =>
    known.fingerprint(entity.type, shopId, field, text)

/**
 * The fields that somebody in the shop has changed, of all that an event tells: those that the verdict names, and what
 * Odoo is not known to hold, though another event is to tell of that. Not what a lost write of ours leaves in doubt; and
 * what Odoo said itself is no later for being told again.
 */
export const newsOf = (verdict: Verdict, subject: Subject, { known, writes }: RecordView, fingerprint: Circumstances['fingerprint']): Omit<News, 'at'> => {
  if (!verdict.emit || verdict.reason === OVERTAKEN) return { fields: [] }
  const { id, texts } = subject
  const open = writes.filter(({ state, action }) => state !== 'done' && action === 'updated')
  const lost = lostWrites(subject, writes, { fingerprint })
  const isUntold = ([field, text]: readonly [string, string]): boolean => {
    const hash = fingerprint(id, field, text)
    const holder = known.get(field)
    return holder !== undefined && !holder.value_hash.equals(hash) && !open.some(({ fields }) => fields[field] === hash.toString('base64'))
  }
  const untold = [...texts].filter(isUntold).map(([field]) => field)
  const fields = [...verdict.fields, ...untold].filter((field) => !lost.some((write) => Object.hasOwn(write.fields, field)))
  return { fields, carried: untold.filter((field) => !verdict.fields.includes(field)) }
}
