import type { PrestashopClient } from '../prestashop/client.ts'
import { PrestashopError } from '../prestashop/errors.ts'
import { afterOf, type OutgoingEvent } from './event.ts'
import type { Gate } from './gate.ts'
import { readRecords } from './refresh.ts'
import { subjectOf } from './subject.ts'
import type { Verdict } from './verdict.ts'

/** A hook of the shop waits for the answer: then an event rather goes on as it stands. */
const PATIENCE_MS = 1_500

const tooLate = (): Promise<undefined> => new Promise((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS).unref())

/** The answer about one event. */
export type CheckAnswer = Verdict & {
  /** What the record holds now: the event came late, send this in its place. */
  readonly current?: Readonly<Record<string, unknown>>
  readonly duplicate?: true
}

/**
 * Judges events for a module that asks before it sends. Late ones are judged by what the shop holds now; when it
 * cannot be asked they go on as they are: nothing is swallowed.
 */
export const checkEvents = async (
  events: readonly OutgoingEvent[],
  gate: Gate,
  client: Pick<PrestashopClient, 'list'>
): Promise<CheckAnswer[]> => {
  const checked = gate.check(events)
  const late = checked.flatMap(({ isLate }, index) => {
    const subject = isLate ? subjectOf(events[index]!) : undefined
    return subject ? [{ index, entity_type: subject.entity.type, entity_id: subject.id }] : []
  })
  const answers = checked.map(({ verdict, isDuplicate }): CheckAnswer => ({ ...verdict, ...(isDuplicate ? { duplicate: true } : {}) }))
  if (late.length === 0) return answers
  const readAt = Date.now()
  const recordOf = await Promise.race([readOrNothing(late, client), tooLate()])
  for (const { index, entity_type, entity_id } of late) {
    const { verdict, fresh } = gate.checkLate(events[index]!, recordOf?.(entity_type, entity_id), readAt)
    const current = verdict.emit && fresh ? afterOf(fresh) : undefined
    answers[index] = { ...verdict, ...(current ? { current } : {}), ...(checked[index]?.isDuplicate ? { duplicate: true } : {}) }
  }
  return answers
}

/** `undefined` when the shop cannot be asked. */
const readOrNothing = async (...asked: Parameters<typeof readRecords>): Promise<Awaited<ReturnType<typeof readRecords>> | undefined> => {
  try {
    return await readRecords(...asked)
  } catch (error) {
    if (!(error instanceof PrestashopError)) throw error
    return undefined
  }
}
