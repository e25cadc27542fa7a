import type { Entity, Surroundings, Task, WantedFields } from '../entity.ts'
import type { ShopRecord } from '../../prestashop/record.ts'
import { isSameName } from './person-name.ts'

/**
 * A field that is empty in Odoo empties the shop's only where Odoo is known to have had a value: every webhook carries
 * all ticked fields, also those that nobody ever filled in.
 */
const keepUntold = (entity: Entity, record: ShopRecord, fields: WantedFields, { ledger }: Surroundings): WantedFields => {
  const known = ledger.known.of(entity.type, record.id)
  return new Map([...fields].filter(([field, { value }]) => value !== '' || known.has(field)))
}

/** Where the shop's two names already make Odoo's one, they stay split as they are. */
const keepSplit = (record: ShopRecord, fields: WantedFields): WantedFields => {
  const [first, last] = [fields.get('firstname'), fields.get('lastname')]
  const { firstname = '', lastname = '' } = record.fields
  if (!first || !last || !isSameName({ firstname, lastname }, { firstname: first.value, lastname: last.value })) return fields
  return new Map([...fields, ['firstname', { ...first, value: firstname }], ['lastname', { ...last, value: lastname }]])
}

/** What is wanted of a customer or an address that is there. */
export const adaptPerson =
  (entity: Entity): NonNullable<Task['adapt']> =>
  (record, fields, surroundings) =>
    Promise.resolve(keepSplit(record, keepUntold(entity, record, fields, surroundings)))

/** What is wanted of any other record that is there. */
export const adaptPlain =
  (entity: Entity): NonNullable<Task['adapt']> =>
  (record, fields, surroundings) =>
    Promise.resolve(keepUntold(entity, record, fields, surroundings))
