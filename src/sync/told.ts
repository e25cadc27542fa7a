import type { KnownValue } from '../ledger/known-values.ts'
import { toldAt } from '../ledger/outbox.ts'
import { CLOCK_SLACK_MS, type Tell } from '../ledger/tells.ts'
import type { WantedValue } from './translate.ts'

const hadReached = ({ delivered_at }: Tell, time: number): boolean => delivered_at !== null && time > delivered_at + CLOCK_SLACK_MS

/** Whether it told Odoo something else than what Odoo itself had said by then. */
const isOfShop = ({ before, told_hash }: Tell): boolean => before?.value_hash.equals(told_hash) === false

const isPutBefore = ({ outbox_id }: Tell, time: number): boolean => (toldAt(outbox_id) ?? 0) <= time

/**
 * What the events that were handed to Odoo mean for what it says itself.
 * @param known what Odoo is known to hold, as far as it said so itself
 * @param fingerprint the hash of a canonical value of a field, as in `KnownValue`
 */
export const toldBefore = (
  tells: readonly Tell[],
  known: ReadonlyMap<string, KnownValue>,
  fingerprint: (field: string, value: string) => Buffer
) => {
  const of = (field: string): readonly Tell[] => tells.filter((tell) => tell.field === field)

  /** Odoo holds what it was told, though it had said something else before, which came later: until it is told that. */
  const holds = (tell: Tell, time: number): boolean =>
    tell.delivered_at !== null &&
    known.get(tell.field)?.value_hash.equals(tell.told_hash) === false &&
    of(tell.field).every((other) => !isPutBefore(tell, toldAt(other.outbox_id) ?? 0) || other === tell || !other.is_sure || !hadReached(other, time))

  const isTold = (tell: Tell, hash: Buffer, time: number): boolean =>
    tell.told_hash.equals(hash) && isPutBefore(tell, time + CLOCK_SLACK_MS) && (!hadReached(tell, time) || holds(tell, time))

  return {
    /** Odoo repeats what an event told it, or what it held until one reached it: nobody has changed it there. */
    isResent: (field: string, { value, sourceTime }: WantedValue): boolean => {
      const hash = fingerprint(field, value)
      return of(field).some(
        (tell) => isTold(tell, hash, sourceTime) || (!hadReached(tell, sourceTime) && tell.before?.value_hash.equals(hash))
      )
    },
    /**
     * Of what was resent: whether it may as well be that somebody set it back in Odoo just when the event reached it.
     * An event that was made later comes over that in any case.
     */
    isDoubtful: (field: string, { value, sourceTime }: WantedValue): boolean => {
      const hash = fingerprint(field, value)
      const made = of(field)
      return (
        made.every((tell) => isPutBefore(tell, sourceTime)) &&
        made.some((tell) => tell.before?.value_hash.equals(hash) && !tell.told_hash.equals(hash) && !hadReached(tell, sourceTime))
      )
    },
    /** Odoo has changed it before it heard of the known value, which is the shop's: both sides have. */
    isCrossed: (field: string, { value, sourceTime }: WantedValue): boolean => {
      const holder = known.get(field)?.value_hash
      if (!holder || holder.equals(fingerprint(field, value))) return false
      return of(field).some(
        (tell) => isOfShop(tell) && tell.told_hash.equals(holder) && !hadReached(tell, sourceTime) && sourceTime >= (tell.before?.source_time ?? 0)
      )
    },
    /** When the last event that told of the field told this value of the shop: it was there by then, milliseconds since 1970. */
    toldSince: (field: string, inShop: string): number | undefined => {
      const hash = fingerprint(field, inShop)
      const holder = known.get(field)
      const [last] = of(field).toSorted((one, other) => (one.outbox_id < other.outbox_id ? 1 : -1))
      const times = [
        last?.told_hash.equals(hash) ? toldAt(last.outbox_id) : undefined,
        holder?.value_hash.equals(hash) ? toldAt(holder.operation_id) : undefined
      ]
      return times.filter((time) => time !== undefined).toSorted((one, other) => one - other)[0]
    },
    /**
     * An event has reached Odoo after the change, or will, and puts another value in the place of it. One that is on its
     * way is read afresh when a write of ours goes along with the change.
     */
    isOverwritten: (field: string, { value, sourceTime }: WantedValue, isWritten: boolean): boolean => {
      const hash = fingerprint(field, value)
      const mayCome = ({ delivered_at }: Tell): boolean => (delivered_at === null ? !isWritten : sourceTime <= delivered_at)
      return of(field).some((tell) => mayCome(tell) && !tell.told_hash.equals(hash))
    }
  }
}
