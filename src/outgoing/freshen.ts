import type { ShopRecord } from '../prestashop/record.ts'
import { isSecret } from '../sync/record-texts.ts'
import { fieldOf } from '../sync/translate.ts'
import type { OutgoingEvent } from './event.ts'
import type { Subject } from './subject.ts'

/** The shop's text as the event wrote its own value: a number stays a number, a flag a flag. */
const like = (own: unknown, text: string): string | number | boolean => {
  if (typeof own === 'number' && text !== '' && Number.isFinite(Number(text))) return Number(text)
  if (typeof own === 'boolean' && (text === '0' || text === '1')) return text === '1'
  return text
}

/** The event with the values that the record holds now; what the Webservice does not tell stays as it was. */
export const freshen = (event: OutgoingEvent, { entity }: Subject, record: ShopRecord): OutgoingEvent => {
  const freshData = (data: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(data).map(([key, value]) => {
        const field = fieldOf(entity, key) ?? key
        const text = record.fields[field]
        if (typeof value === 'object' && value !== null) {
          const isOwn = key === 'address' && entity.type === 'address' && !Array.isArray(value)
          return [key, isOwn ? freshData({ ...value }) : (record.languages[field] ?? value)]
        }
        const [firstText] = Object.values(record.languages[field] ?? {})
        const isOther = isSecret(field) || key === 'id' || (text ?? firstText) === undefined
        return [key, isOther ? value : like(value, text ?? firstText ?? '')]
      })
    )
  const { after_data, data, context_data, ...rest } = event
  const state = record.fields['current_state']
  const isAnnounced = entity.type === 'order' && context_data?.['new_status_id'] !== undefined
  return {
    ...rest,
    ...(after_data ? { after_data: freshData(after_data) } : {}),
    ...(data ? { data: freshData(data) } : {}),
    ...(context_data === undefined
      ? {}
      : { context_data: isAnnounced && state !== undefined ? { ...context_data, new_status_id: Number(state) } : context_data }),
    read_afresh: true
  }
}

/**
 * The event as it came, with what `freshen` changed: ids and all else stay as the sender wrote them.
 * @param readAt when the record was read: whoever skips repetitions by `transaction_hash` must not skip this
 */
export const freshJson = (json: string, event: OutgoingEvent, readAt: number): string => {
  const { after_data, data, context_data, transaction_hash, change_summary } = event
  const own: unknown = JSON.parse(json)
  const [hash = ''] = (transaction_hash ?? '').split('@')
  const summary = change_summary === undefined ? {} : { change_summary }
  const changed = { after_data, data, context_data, ...summary, transaction_hash: `${hash}@${readAt.toString(36)}`, read_afresh: true }
  return JSON.stringify({ ...(typeof own === 'object' ? own : {}), ...changed })
}
