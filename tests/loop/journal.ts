/** Where people work. */
export type Side = 'odoo' | 'shop'

/** What a person did to one field of one record. */
export interface Edit {
  readonly side: Side
  /** Such as `customer 3`, by the shop's id. */
  readonly record: string
  readonly field: string
  readonly value: string
  readonly at: number
  /** Whose value it replaced. */
  readonly saw: Edit | undefined
  /** That value, whoever put it there. */
  readonly replaced: string | undefined
}

/** What a side shows in a field, and how it came there. */
export interface Cell {
  readonly value: string
  /** Whose work the value is; `undefined` = it was there from the start. */
  readonly edit: Edit | undefined
  /** `bridge`: what was written on behalf of the other side. */
  readonly by: 'person' | 'bridge' | 'start'
}

/** What Odoo holds in a field since a save, and when the bridge heard of it. */
interface Heard {
  readonly saved: number
  readonly at: number
}

/** What the bridge has written to a field in the shop. */
interface Write {
  readonly at: number
  readonly value: string
  readonly before: string | undefined
  readonly operation: string | undefined
}

/** For so long after an event has reached Odoo, what Odoo tells of it counts as repeated. */
const REPEATS_MS = 2_000

const key = (record: string, field: string): string => `${record} ${field}`

/** Knows of every edit, and what each side shows: whose value it is, and who put it there. */
export const createJournal = () => {
  const edits = new Map<string, Edit[]>()
  const latest = new Map<string, number>()
  const writes = new Map<string, Write[]>()
  const overwritten = new Map<string, number>()
  /** Edits in Odoo, and when an event came over them there. */
  const covered = new Map<Edit, number>()
  const heard = new Map<string, Heard[]>()
  /** What events have told Odoo, each time. */
  const takes = new Map<string, { readonly value: string; readonly at: number }[]>()
  const cells: Record<Side, Map<string, Cell>> = { odoo: new Map(), shop: new Map() }

  const cellOf = (side: Side, record: string, field: string): Cell | undefined => cells[side].get(key(record, field))

  /** Whose work a value is: the last who wrote it. */
  const authorOf = (record: string, field: string, value: string): Edit | undefined =>
    edits.get(key(record, field))?.findLast((edit) => edit.value === value)

  return {
    cellOf,
    authorOf,
    /** When somebody on this side last wrote something of the record. */
    lastAt: (side: Side, record: string): number => latest.get(`${side} ${record}`) ?? 0,
    /** Whether somebody on this side has ever written the value. */
    isOf: (side: Side, record: string, field: string, value: string): boolean =>
      edits.get(key(record, field))?.some((edit) => edit.side === side && edit.value === value) === true,
    edited(side: Side, record: string, field: string, value: string, at: number): void {
      const edit = { side, record, field, value, at, saw: cellOf(side, record, field)?.edit, replaced: cellOf(side, record, field)?.value }
      latest.set(`${side} ${record}`, at)
      const own = edits.get(key(record, field)) ?? []
      own.push(edit)
      edits.set(key(record, field), own)
      cells[side].set(key(record, field), { value, edit, by: 'person' })
    },
    /** A side shows a value that came from the other one. */
    took(side: Side, record: string, field: string, value: string, at: number, operation?: string): void {
      const before = cellOf(side, record, field)?.value
      if (side === 'shop') writes.set(key(record, field), [...(writes.get(key(record, field)) ?? []), { at, value, before, operation }])
      if (side === 'odoo') takes.set(key(record, field), [...(takes.get(key(record, field)) ?? []), { value, at }])
      if (cellOf(side, record, field)?.value === value) return
      if (side === 'odoo') {
        overwritten.set(key(record, field), at)
        const lost = cellOf(side, record, field)
        if (lost?.by === 'person' && lost.edit) covered.set(lost.edit, at)
      }
      cells[side].set(key(record, field), { value, edit: authorOf(record, field, value), by: 'bridge' })
    },
    started(side: Side, record: string, field: string, value: string): void {
      cells[side].set(key(record, field), { value, edit: undefined, by: 'start' })
    },
    /** Whether the bridge has written the same field right after somebody in the shop has. */
    isRaced: ({ side, record, field, at }: Edit, milliseconds: number): boolean =>
      side === 'shop' && writes.get(key(record, field))?.some((write) => write.at >= at && write.at <= at + milliseconds) === true,
    /**
     * Somebody in the shop has set back what a write of the bridge had put there, and the bridge, which had no answer to
     * that, has made it once more.
     */
    isSetBackUnheard: ({ side, record, field, value, at }: Edit): boolean => {
      const all = writes.get(key(record, field)) ?? []
      const isAgain = (one: Write): boolean =>
        all.some((other) => other.at > at && other.operation === one.operation && other.value === one.value)
      return side === 'shop' && all.some((write) => write.at < at && write.before === value && isAgain(write))
    },
    /**
     * After the edit in Odoo somebody in the shop has saved the record and left it as it was before, another field
     * changed and set back: the same as if our write had been made and set back itself.
     */
    isHiddenBySetBack: ({ side, record, field, at }: Edit): boolean =>
      side === 'odoo' &&
      [...edits.values()].some((own) =>
        own.some((back, index) => {
          const [before, changed] = [own[index - 2], own[index - 1]]
          const isSetBack = changed?.side === 'shop' && back.side === 'shop' && changed.at >= at && back.value === before?.value
          return isSetBack && back.record === record && back.field !== field
        })
      ),
    /**
     * The edit in Odoo replaced what an event had just told, or was to tell once more: who sent it does not know whether
     * Odoo had it by then.
     */
    isHasty: (edit: Edit): boolean =>
      takes.get(key(edit.record, edit.field))?.some(({ value, at }) => value === foundBy(edit)?.value && at > edit.at - REPEATS_MS) === true,
    /** The bridge has heard what Odoo holds in a field since a save, of somebody's or because of an event. */
    heard(record: string, field: string, saved: number, at: number): void {
      heard.set(key(record, field), [...(heard.get(key(record, field)) ?? []), { saved, at }])
    },
    /**
     * Whether an event has come over the edit in Odoo, and the record was saved there since: by somebody, or it was
     * heard of before the edit was. What Odoo tells of that save is what the event brought, and nothing tells that
     * nobody meant it.
     */
    isConfirmedLost: (edit: Edit): boolean => {
      const came = covered.get(edit)
      if (came === undefined) return false
      if ((latest.get(`odoo ${edit.record}`) ?? 0) >= came) return true
      const all = heard.get(key(edit.record, edit.field)) ?? []
      const own = Math.min(...all.filter(({ saved }) => saved >= edit.at && saved < came).map(({ at }) => at))
      return all.some(({ saved, at }) => saved > came + REPEATS_MS && at < own)
    },
    /** When an event last changed the field in Odoo. */
    overwrittenAt: (record: string, field: string): number => overwritten.get(key(record, field)) ?? 0,
    /** All edits of each field, in order. */
    fields: (): IterableIterator<[string, readonly Edit[]]> => edits.entries(),
    count: (): number => [...edits.values()].reduce((sum, own) => sum + own.length, 0)
  }
}

export type Journal = ReturnType<typeof createJournal>

/** The other side's edit that somebody found, and replaced, at times more than once. */
const foundBy = ({ side, saw }: Edit): Edit | undefined => {
  let seen = saw
  while (seen?.side === side) seen = seen.saw
  return seen
}

/** Whether somebody found a value, and replaced it, at times more than once. */
export const hasFound = (edit: Edit, value: string): boolean =>
  edit.replaced === value || (edit.saw?.side === edit.side && hasFound(edit.saw, value))

/** Whether the person who made `later` could know of `earlier`. */
const isAfter = (later: Edit, earlier: Edit): boolean => {
  if (later.side === earlier.side) return later.at >= earlier.at && later !== earlier
  for (let seen = later.saw; seen; seen = seen.saw) if (seen === earlier || (seen.side === earlier.side && seen.at > earlier.at)) return true
  return false
}

/** The edits that nobody knowingly replaced: one, or one of each side, made without knowing of each other. */
export const lastEdits = (edits: readonly Edit[]): readonly Edit[] =>
  edits.filter((edit, index) => !edits.some((other, place) => other !== edit && isAfter(other, edit) && (other.side !== edit.side || place > index)))
