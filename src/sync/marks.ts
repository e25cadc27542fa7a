import type { Hashes, NewOwnWrite, OwnWrite } from '../ledger/own-writes.ts'
import { PrestashopError } from '../prestashop/errors.ts'
import type { ShopRecord } from '../prestashop/record.ts'
import { shopClockMs } from '../prestashop/time.ts'
import { textsOf } from './applied.ts'
import type { Entity, Surroundings, Texts } from './entity.ts'
import { isAsAtStart } from './polled.ts'
import { otherTexts, syncedTexts } from './record-texts.ts'
import type { WantedValue } from './translate.ts'

/** How much later than its `date_upd` a row may be seen by a reader of the shop, in milliseconds. */
export const OVERLAP_MS = 120_000

/** Hashes of a creation, whose id nobody knows yet, are those of record 0. */
export const NO_ID = 0

/** The hash of a canonical value as marks keep it. */
export const fieldHash = (entity: Entity, shopId: number, field: string, text: string, { ledger }: Surroundings): string =>
  ledger.known.fingerprint(entity.type, shopId, field, text).toString('base64')

const hashes = (entity: Entity, shopId: number, texts: Iterable<readonly [string, string]>, surroundings: Surroundings): Hashes =>
  Object.fromEntries(Array.from(texts, ([field, text]) => [field, fieldHash(entity, shopId, field, text, surroundings)]))

/** Whether the poller has seen all that others changed of the record, as it was read. */
const isPolled = (entity: Entity, record: ShopRecord, { ledger }: Surroundings): boolean => {
  const cursor = ledger.outgoing.read(({ poll }) => poll.cursor(entity.resource))
  const [changed, read] = [shopClockMs(record.fields.date_upd ?? ''), shopClockMs(cursor ?? '')]
  if (changed !== undefined && read !== undefined && changed < read - OVERLAP_MS) return true
  return isAsAtStart(entity.resource, record, ledger)
}

/** Our own write before, if nothing of the record has changed since: then one whose answer was lost was not made. */
const predecessor = (entity: Entity, record: ShopRecord, texts: Texts, surroundings: Surroundings): OwnWrite | undefined => {
  const last = surroundings.ledger.outgoing.read(({ ownWrites }) => ownWrites.of(entity.type, record.id)).find(({ state }) => state === 'done')
  if (!last || last.date_upd === null || last.date_upd !== record.fields.date_upd) return undefined
  const hash = (id: number, field: string, text: string): string => fieldHash(entity, id, field, text, surroundings)
  const isSame = ([field, text]: readonly [string, string]): boolean => {
    if (last.action === 'created') return last.fields[field] === undefined || last.fields[field] === hash(NO_ID, field, text)
    return (last.fields[field] ?? last.as_read[field]) === hash(record.id, field, text)
  }
  return [...texts].every(isSame) ? last : undefined
}

/** Whether an error tells that nothing was written: refused, or not even sent. */
const isNotWritten = (error: unknown): boolean =>
  error instanceof PrestashopError &&
  (!error.sent || error.kind === 'permanent' || error.blocked !== undefined || error.status === 429)

/** Whether one call makes a new record, so that it holds all that it was to have. */
const isMadeAtOnce = (entity: Entity): boolean => entity.create === undefined || entity.isMadeAtOnce === true

/** Whether a write is one call: it was made as a whole, or not at all. */
export const isOneCall = (entity: Entity, action: OwnWrite['action']): boolean =>
  action === 'deleted' || (action === 'created' ? isMadeAtOnce(entity) : entity.change === undefined)

const marked = async <Result>(entity: Entity, mark: NewOwnWrite, write: () => Promise<Result>, { ledger }: Surroundings): Promise<Result> => {
  ledger.ownWrites.begin(mark)
  try {
    return await write()
  } catch (error) {
    // Otherwise the ledger notes, when the attempt ends, that nobody knows.
    if (isOneCall(entity, mark.action) && isNotWritten(error)) ledger.ownWrites.withdraw(mark)
    throw error
  }
}

/**
 * Changes a record after a mark of it is on disk: the shop fires its hooks inside our request, and what they tell is
 * to be known as ours.
 * @param values what is written
 */
export const markedChange = <Result>(
  entity: Entity,
  record: ShopRecord,
  values: ReadonlyMap<string, WantedValue>,
  write: () => Promise<Result>,
  surroundings: Surroundings
): Promise<Result> => {
  const asRead = new Map([...syncedTexts(entity, record), ...otherTexts(entity, record)])
  const before = predecessor(entity, record, asRead, surroundings)
  const mark = {
    operation_id: surroundings.call.operationId,
    entity_type: entity.type,
    shop_id: record.id,
    creation_key: null,
    action: 'updated' as const,
    fields: hashes(entity, record.id, textsOf(values), surroundings),
    source_times: Object.fromEntries(Array.from(values, ([field, { sourceTime }]) => [field, sourceTime])),
    as_read: hashes(entity, record.id, asRead, surroundings),
    read_date_upd: record.fields.date_upd ?? null,
    is_sequel: before !== undefined,
    is_polled: before?.is_polled ?? isPolled(entity, record, surroundings),
    started_at: Date.now()
  }
  return marked(entity, mark, write, surroundings)
}

/** Removes a record, likewise. */
export const markedRemoval = <Result>(
  entity: Entity,
  record: ShopRecord,
  write: () => Promise<Result>,
  surroundings: Surroundings
): Promise<Result> => {
  const mark = {
    operation_id: surroundings.call.operationId,
    entity_type: entity.type,
    shop_id: record.id,
    creation_key: null,
    action: 'deleted' as const,
    fields: {},
    source_times: {},
    as_read: {},
    read_date_upd: null,
    is_sequel: false,
    is_polled: false,
    started_at: Date.now()
  }
  return marked(entity, mark, write, surroundings)
}

/** The hash that a creation is found by as long as its id is not known. */
export const creationKey = (entity: Entity, name: string, { ledger }: Pick<Surroundings, 'ledger'>): Buffer =>
  ledger.known.fingerprint(entity.type, NO_ID, 'creation', name)

/**
 * Makes a record, likewise. What `texts` does not hold is the shop's own business.
 * @param name what names the new record before its id is known, as `entity.creationName` tells it
 */
export const markedCreation = <Result>(
  entity: Entity,
  name: string | undefined,
  texts: Texts,
  write: () => Promise<Result>,
  surroundings: Surroundings
): Promise<Result> => {
  const initial = Object.entries(entity.fields).flatMap(([field, spec]): [string, string][] =>
    spec.initial === undefined ? [] : [[field, spec.initial]]
  )
  const mark = {
    operation_id: surroundings.call.operationId,
    entity_type: entity.type,
    shop_id: null,
    creation_key: name === undefined ? null : creationKey(entity, name, surroundings),
    action: 'created' as const,
    fields: hashes(entity, NO_ID, [...initial, ...texts], surroundings),
    source_times: {},
    as_read: {},
    read_date_upd: null,
    is_sequel: false,
    is_polled: true,
    started_at: Date.now()
  }
  return marked(entity, mark, write, surroundings)
}
