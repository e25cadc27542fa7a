import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { asOdooId, type OdooId } from '../ledger/ids.ts'
import { asShopId, type ShopId } from '../prestashop/record.ts'
import { entities, entityOf } from '../sync/entities.ts'
import { FAILED, rowCount, table, withLedger } from './ledger.ts'

const entityType = new Argument('<entity_type>').choices(Object.keys(entities))
const odooId = new Argument('<odoo_id>', "the record's id in Odoo").argParser((text): OdooId => {
  const id = asOdooId(text)
  if (id === undefined) throw new InvalidArgumentError('expected a positive whole number')
  return id
})
const shopId = new Argument('<shop_id>', "the record's id in the shop").argParser((text): ShopId => {
  const id = asShopId(text)
  if (id === undefined) throw new InvalidArgumentError('expected a positive whole number')
  return id
})

/** `bindings list | set | remove` */
export const bindingsCommand = (print: (line: string) => void): Command => {
  const command = new Command('bindings').description("which record of Odoo is which of the shop's")

  command
    .command('list')
    .addArgument(new Argument('[entity_type]').choices(Object.keys(entities)))
    .addOption(new Option('--limit <rows>', 'how many').default(100).argParser(rowCount))
    .option('--json', 'for programs', false)
    .action((type: string | undefined, { limit, json }: { limit: number; json: boolean }) => {
      const bindings = withLedger((ledger) => ledger.bindings.list(type, limit))
      if (json) return print(JSON.stringify(bindings))
      print(
        table([
          ['ENTITY', 'ODOO MODEL', 'ODOO ID', 'SHOP ID'],
          ...bindings.map((binding) => [binding.entity_type, binding.odoo_model, String(binding.odoo_id), String(binding.shop_id)])
        ])
      )
    })

  command
    .command('set')
    .description('bind a record of Odoo to one of the shop; whoever had it before loses it')
    .addArgument(entityType)
    .addArgument(odooId)
    .addArgument(shopId)
    .action((type: string, odoo: OdooId, shop: ShopId) => {
      const { odooModel } = entityOf(type)
      withLedger((ledger) => ledger.bindings.rebind({ entity_type: type, odoo_model: odooModel, odoo_id: odoo, shop_id: shop }))
      print(`${type}: Odoo ${odoo} is now ${shop} of the shop. If the shop has no such record, the next webhook drops the binding.`)
    })

  command
    .command('remove')
    .description('forget a binding; the next webhook looks for the record anew')
    .addArgument(entityType)
    .addArgument(odooId)
    .action((type: string, odoo: OdooId) => {
      const lane = { entity_type: type, odoo_model: entityOf(type).odooModel, odoo_id: odoo }
      if (!withLedger((ledger) => ledger.bindings.remove(lane))) command.error('There is no such binding.', FAILED)
      print(`${type}: Odoo ${odoo} is bound to nothing now.`)
    })

  return command
}
