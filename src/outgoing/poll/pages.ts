import type { Filter, ListQuery, PrestashopClient } from '../../prestashop/client.ts'
import { PrestashopError } from '../../prestashop/errors.ts'
import type { ShopRecord } from '../../prestashop/record.ts'

/** Records held in memory at once, and judged in one transaction while webhooks wait. */
export const PAGE_SIZE = 100

export type Reader = Pick<PrestashopClient, 'list' | 'get'>

/** What of a resource is wanted. */
export interface Wanted {
  readonly resource: string
  readonly filter?: Readonly<Record<string, Filter>>
  /** All fields unless told. */
  readonly display?: readonly string[]
  /** Only ids above it. */
  readonly after?: number
  readonly size?: number
  readonly signal: AbortSignal
  /** Our clock, milliseconds since 1970. */
  readonly now: () => number
}

export interface Page {
  /** By id. */
  readonly records: readonly ShopRecord[]
  /** When its reading began, milliseconds since 1970. */
  readonly readAt: number
  readonly isLast: boolean
}

/**
 * The records of a list, a page at a time: pages are cut by id, so that nothing moves from one to another while they
 * are read.
 * @throws PrestashopError
 */
export const pagesOf = async function* (client: Reader, wanted: Wanted): AsyncGenerator<Page, void, void> {
  const { resource, filter = {}, display = 'full', size = PAGE_SIZE, signal } = wanted
  let last = wanted.after ?? 0
  for (;;) {
    const readAt = wanted.now()
    const after: Record<string, Filter> = last > 0 ? { id: { greaterThan: String(last) } } : {}
    const query: ListQuery = { filter: { ...filter, ...after }, display, limit: size, date: true }
    const found = await client.list(resource, query, { signal })
    const records = found.filter(({ id }) => id > last)
    const isLast = found.length < size
    const end = records.at(-1)?.id
    if (!isLast && end === undefined) {
      throw new PrestashopError('the list repeats itself instead of going on', { method: 'GET', resource, kind: 'permanent' })
    }
    yield { records, readAt, isLast }
    if (isLast || end === undefined) return
    last = end
  }
}

/** The first record of a list in some order. */
export const firstOf = async (
  client: Reader,
  { resource, filter = {}, display = [], sort, signal }: Omit<Wanted, 'now' | 'after' | 'size'> & { readonly sort: string }
): Promise<ShopRecord | undefined> => {
  const [first] = await client.list(resource, { filter: { ...filter }, display, sort: [sort], limit: 1, date: true }, { signal })
  return first
}
