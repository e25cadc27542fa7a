import type { ShopId } from '../prestashop/record.ts'
import { couponInput, QUANTITIES, refuseNonsense } from './coupon-write.ts'
import { defaultDates } from './coupon-dates.ts'
import { completeName } from './coupon-name.ts'
import type { Creation, Problem, Surroundings, Task, Texts } from './entity.ts'
import { SyncError } from './errors.ts'
import { markedCreation } from './marks.ts'

/** All that a new coupon is to have: what Odoo says, and our defaults for the rest. */
const complete = async ({ entity, translation }: Task, customer: ShopId | undefined, surroundings: Surroundings): Promise<Texts> => {
  const { reference, settings } = surroundings
  const wanted = new Map([...translation.fields].map(([field, { value }]) => [field, value]))
  const code = wanted.get('code')
  if (code === undefined) throw new SyncError('validation', 'code is missing: a new coupon needs it', 'code')
  const dates = { date_from: wanted.get('date_from'), date_to: wanted.get('date_to') }
  const initial = Object.entries(entity.fields).flatMap(([field, spec]): [string, string][] =>
    spec.initial === undefined ? [] : [[field, spec.initial]]
  )
  return new Map([
    ...initial,
    ...wanted,
    ...Object.entries(await defaultDates(dates, reference, settings)),
    ...(await completeName(wanted, code, reference)),
    ...(customer === undefined ? [] : [['id_customer', String(customer)] as const])
  ])
}

/** Makes a coupon. Nothing is left to the shop's own defaults: what is left out would be unlimited or inactive. */
export const createCoupon = async (task: Task, customer: ShopId | undefined, surroundings: Surroundings): Promise<Creation> => {
  const { shop, call } = surroundings
  const { entity } = task
  const texts = await complete(task, customer, surroundings)
  await refuseNonsense(texts, undefined, surroundings)
  const input = await couponInput(texts, undefined, surroundings)
  const write = () => shop.create('cart_rules', input, call)
  const written = await markedCreation(entity, entity.creationName((field) => texts.get(field)), texts, write, surroundings)
  const unlimited = QUANTITIES.filter((field) => texts.get(field) === '')
  if (unlimited.length === 0) return { written, texts }

  // Before 9.1 the shop knows no NULL here and stores 0: a coupon that nobody can use.
  const record = await shop.get('cart_rules', written.id, call)
  const limited = unlimited.filter((field) => record !== undefined && record.fields[field] !== '')
  if (limited.length === 0) return { written, texts }
  const stored = limited.map((field): [string, string] => [field, record?.fields[field] ?? ''])
  return { written, texts: new Map([...texts, ...stored]), problem: notUnlimited(limited) }
}

const notUnlimited = (fields: readonly string[]): Problem => ({
  code: 'validation',
  message: `This version of PrestaShop has no unlimited ${fields.join(' and ')}: the coupon was made, but cannot be used. Send a high number`,
  details: { field: fields[0] }
})
