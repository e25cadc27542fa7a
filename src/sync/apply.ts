import { asShopId, type ShopId, type ShopRecord } from '../prestashop/record.ts'
import { type Applied, nothing } from './applied.ts'
import { change } from './change.ts'
import { create } from './create.ts'
import { customerOf } from './customer-of.ts'
import type { Surroundings, Task } from './entity.ts'
import { SyncError } from './errors.ts'
import { boundId, findBound, findByNaturalKey, findNamed, namedId, refuseTakeover } from './identify.ts'
import type { Lock } from './locks.ts'

/** Where what was done gets into the ledger, while the record is still locked. */
export type Settle = (applied: Applied) => Promise<void>

/**
 * Applies one task to the shop: finds the record, decides field by field, writes what is left.
 * Safe to repeat: each attempt looks at the shop before it writes.
 * @throws SyncError, PrestashopError
 */
export const apply = async (asked: Task, forced: boolean, surroundings: Surroundings, lock: Lock, settle: Settle): Promise<void> => {
  const { entity } = asked
  const fields = (await entity.resolve?.(asked.translation, surroundings)) ?? asked.translation.fields
  const translation = { ...asked.translation, fields }
  const task = { ...asked, translation }
  const lockNatural = (customer: ShopId | undefined, work: () => Promise<boolean>): Promise<boolean> => {
    const name = entity.naturalLock(translation, customer)
    return name === undefined ? work() : lock(`${entity.type} ${name}`, work)
  }
  const lockRecord = (id: ShopId, work: () => Promise<boolean>): Promise<boolean> => lock(`${entity.resource} ${id}`, work)

  /** Changes the record, unless it is not there. */
  const changeIt = async (record: ShopRecord | undefined, customer: ShopId | undefined): Promise<boolean> => {
    if (!record) return false
    refuseTakeover(task, record, surroundings)
    const wanted = await task.adapt?.(record, translation.fields, surroundings)
    const own = wanted ? { ...task, translation: { ...translation, fields: wanted } } : task
    await settle(await change(own, record, customer, forced, surroundings))
    return true
  }

  const bound = boundId(task, surroundings)
  const viaBinding = async (id: ShopId): Promise<boolean> => {
    const record = await findBound(task, id, surroundings)
    return changeIt(record, record && (await namedCustomer(task, asShopId(record.fields.id_customer ?? ''), surroundings)))
  }
  if (bound !== undefined && (await lockNatural(undefined, () => lockRecord(bound, () => viaBinding(bound))))) return

  const customer = await namedCustomer(task, undefined, surroundings)
  await lockNatural(customer, async () => {
    const named = namedId(task)
    const byId = named && (await lockRecord(named, async () => changeIt(await findNamed(task, named, customer, surroundings), customer)))
    if (byId) return true
    const match = await findByNaturalKey(task, customer, surroundings)
    if (match) return lockRecord(match.id, () => changeIt(match, customer))
    await settle(task.action === 'deleted' ? nothing : await create(task, customer, surroundings))
    return true
  })
}

/** The customer that the payload names; of a record that is to go, it may be gone already. */
const namedCustomer = async ({ action, translation }: Task, trusted: ShopId | undefined, surroundings: Surroundings) => {
  try {
    return await customerOf(translation.customer, trusted, surroundings)
  } catch (error) {
    if (action === 'deleted' && error instanceof SyncError && error.code !== 'identity_conflict') return undefined
    throw error
  }
}
