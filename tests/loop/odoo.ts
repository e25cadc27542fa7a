import { isPlainObject } from '../../src/http/plain-object.ts'
import type { SimulatedClock } from './clock.ts'
import type { Journal } from './journal.ts'
import type { Kind } from './kinds.ts'
import type { Noise } from './noise.ts'

/** A record of the model Odoo. */
export interface OdooRecord {
  readonly id: number
  readonly kind: Kind
  readonly natural: string
  shopId: number | undefined
  /** Of the latest save; no two are at the same time. */
  savedAt: number
  readonly values: Record<string, string>
}

export interface OdooOptions {
  readonly clock: SimulatedClock
  readonly noise: Noise
  readonly journal: Journal
  /** What it holds. */
  readonly kinds: readonly Kind[]
  /** Sends a webhook to the bridge; rejects when there is no answer. */
  readonly post: (envelope: unknown) => Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>
  /** Told of every event before it is applied. */
  readonly onEvent: (event: Told) => void
  readonly trace: (line: string) => void
}

/** An event as it arrives. */
export interface Told {
  readonly record: string
  readonly values: Readonly<Record<string, string>>
  readonly before: Readonly<Record<string, string>> | undefined
  readonly event: Readonly<Record<string, unknown>>
}

type Data = Readonly<Record<string, unknown>>

/** Of a text in several languages the first: people write the same in all of them. */
const textOf = (value: unknown): string => {
  if (isPlainObject(value)) return textOf(Object.values(value)[0])
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** Which record an event is about, and what it says; `undefined` for what this Odoo has no use for. */
const read = (event: Data, kinds: readonly Kind[]): { kind: Kind; shopId: number; data: Data; before: Data | undefined } | undefined => {
  const kind = kinds.find(({ idIn }) => idIn(event) !== undefined)
  const data = event['after_data']
  const before = event['before_data']
  return kind && isPlainObject(data) ? { kind, shopId: kind.idIn(event)!, data, before: isPlainObject(before) ? before : undefined } : undefined
}

const valuesIn = (kind: Kind, data: Data): Record<string, string> =>
  Object.fromEntries(kind.fields.flatMap((field) => (data[field] === undefined || data[field] === null ? [] : [[field, kind.form(field, textOf(data[field]))]])))

const eventsIn = async (request: Request): Promise<Data[]> => {
  const body: unknown = await request.json()
  return isPlainObject(body) && Array.isArray(body['events']) ? body['events'].filter(isPlainObject) : []
}

const RETRY_MS = [2_000, 10_000, 60_000]

/**
 * An Odoo with an integration as there are many: it applies what it is sent, whatever it holds, and tells of every
 * change of a record, also of those, by several webhooks per save, some late, twice, or in another order.
 */
export const createOdoo = ({ clock, noise, journal, kinds, post, onEvent, trace }: OdooOptions) => {
  const records: OdooRecord[] = []
  let sending = 0
  let sent = 0
  let applied = 0
  /** Events of which who sent them does not know what came of them. */
  const unsure = new Set<unknown>()
  const answered = new WeakMap<Response, readonly Data[]>()

  const keyOf = ({ kind, natural }: OdooRecord): string => `${kind.type} ${natural}`

  const deliver = async (envelope: Record<string, unknown>, record: OdooRecord, delay: number): Promise<void> => {
    await clock.sleep(delay)
    for (let attempt = 0; ; attempt += 1) {
      sent += 1
      try {
        const { status, body } = await post(envelope)
        if (status === 200 && body['entity_id'] !== null) record.shopId ??= Number(body['entity_id'])
        if (status === 422) trace(`a webhook failed: ${JSON.stringify(body)}`)
        if (status < 500) return
      } catch {
        // Nobody answered.
      }
      await clock.sleep(RETRY_MS[Math.min(attempt, 2)]!)
    }
  }

  /** Tells of a save: what changed, or the whole record as it is now. */
  const tell = (record: OdooRecord, changed: readonly string[]): void => {
    const { kind, id } = record
    record.savedAt = Math.max(clock.now(), record.savedAt + 1)
    const count = 1 + noise.below('webhooks per save', 3)
    for (let index = 0; index < count; index += 1) {
      const fields = noise.happens('webhook with all fields', 0.4) ? kind.fields : changed
      const data = { ...identity(record), ...dataOf(record, fields) }
      const envelope = {
        entity_type: kind.type,
        entity_id: id,
        action_type: 'upserted',
        timestamp: new Date(record.savedAt).toISOString(),
        data
      }
      const times = noise.happens('webhook sent twice', 0.1) ? 2 : 1
      for (let time = 0; time < times; time += 1) {
        const isLate = noise.happens('webhook late', 0.03)
        sending += 1
        trace(`odoo will send ${JSON.stringify(data)}`)
        const saved = record.savedAt
        void deliver(envelope, record, noise.delay('webhook', isLate ? 4_000 : 300)).finally(() => {
          sending -= 1
          for (const field of fields) journal.heard(keyOf(record), field, saved, clock.now())
        })
      }
    }
  }

  /** What the bridge needs to make the record, and to find it. */
  const identity = (record: OdooRecord): Record<string, unknown> => ({
    ...(record.kind.sendsId && record.shopId !== undefined ? { id: record.shopId } : {}),
    [record.kind.natural]: record.natural,
    ...dataOf(record, record.kind.needed),
    ...record.kind.constant
  })

  const dataOf = ({ kind, values }: OdooRecord, fields: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(fields.map((field) => (values[field] === undefined ? [field, undefined] : kind.sent(field, values[field]))))

  const create = (kind: Kind, natural: string, values: Readonly<Record<string, string>>, shopId?: number): OdooRecord => {
    const record = { id: 1_000 + records.length, kind, natural, shopId, savedAt: 0, values: { ...values } }
    records.push(record)
    return record
  }

  /** Applies an event as it stands. */
  const apply = (event: Data): Record<string, unknown> => {
    const answer = { success: true, event_id: event['event_id'] }
    const told = read(event, kinds)
    if (!told) return answer
    const { kind, shopId, data, before } = told
    const natural = textOf(data[kind.natural])
    const values = valuesIn(kind, data)
    const known = records.find((record) => record.kind === kind && (record.shopId === shopId || record.natural === natural))
    const record = known ?? create(kind, natural, {}, shopId)
    record.shopId ??= shopId
    onEvent({ record: keyOf(record), values, before: before && valuesIn(kind, before), event })
    const changed = Object.keys(values).filter((field) => record.values[field] !== values[field])
    Object.assign(record.values, values)
    for (const field of Object.keys(values)) journal.took('odoo', keyOf(record), field, values[field]!, clock.now())
    applied += 1
    trace(`odoo ${known ? 'changes' : 'makes'} ${keyOf(record)} from the event ${String(event['event_id'])}: ${JSON.stringify(Object.fromEntries(changed.map((field) => [field, values[field]])))}`)
    if (changed.length > 0 || noise.happens('webhook for nothing', 0.3)) tell(record, changed.length > 0 ? changed : Object.keys(values))
    return { ...answer, odoo_id: record.id }
  }

  return {
    records,
    keyOf,
    /** It has been there for long, on both sides. */
    import: (kind: Kind, natural: string, values: Readonly<Record<string, string>>, shopId: number): void => {
      const record = create(kind, natural, values, shopId)
      for (const [field, value] of Object.entries(values)) journal.started('odoo', keyOf(record), field, value)
    },
    /** A person makes a record. */
    create: (kind: Kind, natural: string, values: Readonly<Record<string, string>>): OdooRecord => {
      const record = create(kind, natural, values)
      for (const [field, value] of Object.entries(values)) journal.edited('odoo', keyOf(record), field, value, clock.now())
      tell(record, Object.keys(values))
      return record
    },
    /** A person changes a record and saves it. */
    edit: (record: OdooRecord, values: Readonly<Record<string, string>>): void => {
      for (const [field, value] of Object.entries(values)) journal.edited('odoo', keyOf(record), field, value, clock.now())
      Object.assign(record.values, values)
      tell(record, Object.keys(values))
    },
    /** The answer to a request of the bridge. */
    answer: async (request: Request): Promise<Response> => {
      const events = await eventsIn(request)
      await clock.sleep(noise.delay('odoo works', 40))
      if (noise.happens('odoo fails', 0.02)) {
        for (const { event_id } of events) unsure.add(event_id)
        return Response.json({ success: false }, { status: 503 })
      }
      const results = events.map((event) =>
        noise.happens('odoo refuses', 0.03) ? { success: false, event_id: event['event_id'], error: 'a lock' } : apply(event)
      )
      const response = Response.json({ success: true, results })
      answered.set(response, events)
      return response
    },
    /** The request never came, but who sent it does not know. */
    cutOff: async (request: Request): Promise<void> => {
      for (const { event_id } of await eventsIn(request)) unsure.add(event_id)
    },
    /** Nobody got the answer. */
    unheard: (response: Response): void => {
      for (const { event_id } of answered.get(response) ?? []) unsure.add(event_id)
    },
    /** Whether a request with the event has failed as a whole, or nobody got its answer. */
    isUnsure: (eventId: unknown): boolean => unsure.has(eventId),
    /** Webhooks that are not accepted yet. */
    sending: (): number => sending,
    counts: () => ({ webhooks: sent, applied })
  }
}

export type Odoo = ReturnType<typeof createOdoo>
