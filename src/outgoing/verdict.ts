import * as v from 'valibot'

/**
 * Why an event goes on. `change`: something changed that Odoo is not known to hold; `untouched`: a record that the
 * ledger has never seen; `passed`: an event that cannot be an echo, such as an invoice, or of a kind that is not known;
 * `overtaken`: Odoo changed the record while it was told of it, so that nobody knows which of the two it holds.
 */
const emitReason = v.picklist(['change', 'untouched', 'passed', 'overtaken'])

/**
 * Why an event does not go on. `echo`: it tells what an operation of Odoo did; `known`: Odoo holds it already, from
 * an earlier event or a baseline.
 */
const suppressReason = v.picklist(['echo', 'known'])

export const verdictSchema = v.variant('emit', [
  v.object({
    emit: v.literal(true),
    reason: emitReason,
    /** What changed. */
    fields: v.array(v.string())
  }),
  v.object({ emit: v.literal(false), reason: suppressReason, operation_id: v.exactOptional(v.string()) })
])

/** What becomes of an event. */
export type Verdict = v.InferOutput<typeof verdictSchema>

/**
 * `late`: of a check whose event was out of date. `open`: the shop has not been asked; `told`: the answer held what the
 * record holds now.
 */
const remembered = v.object({ late: v.exactOptional(v.picklist(['open', 'told'])) })

const rememberedSchema = v.union([v.literal('held'), v.intersect([verdictSchema, remembered])])

/** A verdict that the ledger remembers, for an event that comes again. */
export type Remembered = v.InferOutput<typeof rememberedSchema>

/** Reads a verdict that the ledger remembers. */
export const parseVerdict = (json: string): Remembered => v.parse(rememberedSchema, JSON.parse(json))
