import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import type { Binding } from '../ledger/bindings.ts'
import { asOdooId, type OdooId } from '../ledger/ids.ts'
import { asShopId, type ShopId } from '../prestashop/record.ts'
import { entities, entityOf } from '../sync/entities.ts'
import { withLedger, withReader } from './ledger.ts'
import { examples, type JsonOption, jsonOption, limitOption } from './options.ts'
import { CommandFailure, type Shell } from './shell.ts'
import { type Column, table } from './table.ts'

const idFrom =
  <Id>(parse: (text: string) => Id | undefined) =>
  (text: string): Id => {
    const id = parse(text)
    if (id === undefined) throw new InvalidArgumentError('expected a positive whole number')
    return id
  }

const entityType = (): Argument => new Argument('<entity_type>').choices(Object.keys(entities))
const odooId = (): Argument => new Argument('<odoo_id>', "the record's id in Odoo").argParser(idFrom(asOdooId))
const shopId = (): Argument => new Argument('<shop_id>', "the record's id in the shop").argParser(idFrom(asShopId))

const columns: readonly Column<Binding>[] = [
  { head: 'ENTITY', cell: ({ entity_type }) => entity_type },
  { head: 'ODOO MODEL', cell: ({ odoo_model }) => odoo_model, least: 10 },
  { head: 'ODOO ID', cell: ({ odoo_id }) => String(odoo_id) },
  { head: 'SHOP ID', cell: ({ shop_id }) => String(shop_id) }
]

interface ListOptions extends JsonOption {
  readonly odooId?: OdooId
  readonly shopId?: ShopId
  readonly limit: number
}

const listCommand = (shell: Shell): Command => {
  const { terminal } = shell
  const command = new Command('list')
    .description('the bindings, by entity and id in Odoo')
    .addArgument(new Argument('[entity_type]').choices(Object.keys(entities)))
    .addOption(new Option('--odoo-id <id>', 'only of this record of Odoo').argParser(idFrom(asOdooId)))
    .addOption(new Option('--shop-id <id>', 'only of this record of the shop').argParser(idFrom(asShopId)))
    .addOption(limitOption(100))
    .addOption(jsonOption())
    .action((type: string | undefined, { odooId: odoo, shopId: shop, limit, json }: ListOptions) => {
      const ids = { ...(odoo === undefined ? {} : { odoo_id: odoo }), ...(shop === undefined ? {} : { shop_id: shop }) }
      const found = withReader(shell, (ledger) => ledger.bindings.list(type, limit + 1, ids))
      const bindings = found.slice(0, limit)
      if (json) return terminal.print(JSON.stringify(bindings))
      if (bindings.length === 0 && terminal.columns !== undefined) return terminal.print('No binding matches.')
      terminal.print(table(terminal, columns, bindings))
      if (found.length > limit && terminal.columns !== undefined) terminal.print('\nMore with a larger --limit, or choose with --odoo-id or --shop-id.')
    })
  return examples(command, [
    ['bindings list customer --odoo-id 1001', 'which customer of the shop a partner of Odoo is'],
    ['bindings list order --shop-id 45', 'which order of Odoo order 45 of the shop belongs to']
  ])
}

const setCommand = (shell: Shell): Command => {
  const { terminal } = shell
  const command = new Command('set')
    .description('bind a record of Odoo to one of the shop; whoever had it before loses it')
    .addArgument(entityType())
    .addArgument(odooId())
    .addArgument(shopId())
    .addOption(jsonOption())
    .action(async (type: string, odoo: OdooId, shop: ShopId, { json }: JsonOption) => {
      const binding = { entity_type: type, odoo_model: entityOf(type).odooModel, odoo_id: odoo, shop_id: shop }
      // Bindings may be there before the first start: an operator may know them all.
      await withLedger(shell, { mustExist: false }, (ledger) => ledger.bindings.rebind(binding))
      if (json) return terminal.print(JSON.stringify(binding))
      terminal.print(`${type}: Odoo ${odoo} is now ${shop} of the shop. If the shop has no such record, the next webhook drops the binding.`)
    })
  return examples(command, [['bindings set customer 1001 45', 'partner 1001 of Odoo is customer 45 of the shop']])
}

const removeCommand = (shell: Shell): Command => {
  const { terminal } = shell
  const command = new Command('remove')
    .description('forget a binding; the next webhook looks for the record anew')
    .addArgument(entityType())
    .addArgument(odooId())
    .addOption(jsonOption())
    .action(async (type: string, odoo: OdooId, { json }: JsonOption) => {
      const lane = { entity_type: type, odoo_model: entityOf(type).odooModel, odoo_id: odoo }
      const removed = await withLedger(shell, { mustExist: true }, (ledger) => ledger.bindings.remove(lane))
      if (!removed) throw new CommandFailure('There is no such binding.')
      terminal.print(json ? JSON.stringify(lane) : `${type}: Odoo ${odoo} is bound to nothing now.`)
    })
  return examples(command, [['bindings remove customer 1001', 'partner 1001 of Odoo is looked for by its email again']])
}

/** `bindings list | set | remove` */
export const bindingsCommand = (shell: Shell): Command =>
  new Command('bindings')
    .description("which record of Odoo is which of the shop's")
    .addCommand(listCommand(shell))
    .addCommand(setCommand(shell))
    .addCommand(removeCommand(shell))
