import { isDeepStrictEqual } from 'node:util'
import type { Operation } from '../ledger/operation.ts'
import type { Entity } from './entity.ts'
import { SyncError } from './errors.ts'
import { isNative, nativeRunLength } from './native/run.ts'
import { translate, type Translation } from './translate.ts'

/** What a record is found by: two operations must agree on it to be merged. */
const identityOf = (entity: Entity, translation: Translation, isBound: boolean): unknown => ({
  id: translation.id,
  customer: translation.customer,
  lock: entity.naturalLock(translation, undefined),
  key: isBound ? undefined : entity.naturalKey.map((field) => translation.given.get(field))
})

/** The operation's translation, when it is valid on its own and no barrier. */
const mergeable = (entity: Entity, operation: Operation): Translation | undefined => {
  if (operation.action_type !== 'updated' || operation.forced === 1) return undefined
  try {
    const translation = translate(entity, operation)
    return entity.isBarrier?.(translation) ? undefined : translation
  } catch (error) {
    if (error instanceof SyncError) return undefined
    throw error
  }
}

/**
 * How many of a record's open operations, from the first on, can be one write: `updated` ones that follow each other,
 * each valid on its own, that mean the record in the same way. Everything else is a barrier: history is never merged
 * away. What an earlier attempt noted is in the last operation of its run: that is the last one again.
 * @param entity none for operations of a newer version, which fail one by one
 * @param isBound whether the record is found by its binding, whatever its natural key
 */
export const runLength = (entity: Entity | undefined, open: readonly Operation[], isBound: boolean): number => {
  const [first, ...rest] = open
  if (first && isNative(first)) return nativeRunLength(open)
  if (!entity || !first || rest.length === 0 || first.progress !== null) return 1
  const valid = mergeable(entity, first)
  if (!valid) return 1
  const identity = identityOf(entity, valid, isBound)
  let length = 1
  for (const operation of rest) {
    const next = mergeable(entity, operation)
    if (!next || !isDeepStrictEqual(identityOf(entity, next, isBound), identity)) break
    length += 1
    if (operation.progress !== null) break
  }
  return length
}

/** One translation that stands for several, in order: of each field the last value. */
export const merge = (translations: readonly Translation[]): Translation => {
  const last = translations.at(-1)!
  return {
    origin: last.origin,
    id: last.id,
    extras: Object.assign({}, ...translations.map(({ extras }) => extras)),
    customer: last.customer,
    fields: new Map(translations.flatMap(({ fields }) => [...fields])),
    given: new Map(translations.flatMap(({ given }) => [...given])),
    ignored: [...new Set(translations.flatMap(({ ignored }) => ignored))]
  }
}
