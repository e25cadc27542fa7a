import type { ShopId, ShopRecord } from '../prestashop/record.ts'
import type { Surroundings } from './entity.ts'
import { SyncError } from './errors.ts'
import type { OrderLine } from './order-payload.ts'

/** One row of a cart, under the shop's names. */
export interface CartRow {
  readonly id_product: number
  /** The combination; 0 = a product without combinations. */
  readonly id_product_attribute: number
  readonly quantity: number
}

/** A line with its product, and with the combinations that its reference may mean. */
interface Found {
  readonly path: string
  readonly line: OrderLine
  readonly product: ShopRecord
  readonly combinations: readonly ShopRecord[]
}

const refusal = (path: string, message: string): SyncError => new SyncError('validation', `${path} ${message}`, path)

const present = <Value>(values: readonly (Value | undefined)[]): Value[] => [
  ...new Set(values.filter((value) => value !== undefined))
]

/**
 * The rows of a cart with these lines; lines of one product become one row, as the shop's table has it.
 * Products, combinations and stock are checked here, because the shop does not (`carts-post-bad-product.txt`,
 * `orders-post-out-of-stock.txt`).
 * @throws SyncError `validation` that names the line
 */
export const cartRows = async (lines: readonly OrderLine[], surroundings: Surroundings): Promise<CartRow[]> => {
  const found = await findProducts(lines, surroundings)
  const stocks = await surroundings.shop.list(
    'stock_availables',
    {
      display: ['id', 'id_product', 'id_product_attribute', 'quantity', 'out_of_stock'],
      filter: { id_product: { oneOf: present(found.map(({ product }) => product.id)) } }
    },
    surroundings.call
  )
  const rows = new Map<string, CartRow>()
  for (const { path, line, product, combinations } of found) {
    const own = stocks.filter(({ fields }) => fields.id_product === String(product.id))
    const attribute = combinationOf(path, line, combinations, own)
    const name = `${product.id}-${attribute}`
    const quantity = (rows.get(name)?.quantity ?? 0) + line.quantity
    rows.set(name, { id_product: product.id, id_product_attribute: attribute, quantity })
    const stock = own.find(({ fields }) => fields.id_product_attribute === String(attribute))
    await refuseShortage(path, quantity, stock, surroundings)
  }
  return [...rows.values()]
}

const findProducts = async (lines: readonly OrderLine[], { shop, call }: Surroundings): Promise<Found[]> => {
  const byReference = (resource: string, display: readonly string[], references: readonly string[]) =>
    references.length === 0 ? [] : shop.list(resource, { display, filter: { reference: { oneOf: references } } }, call)

  const combinations = await byReference(
    'combinations',
    ['id', 'id_product', 'reference'],
    present(lines.map((line) => line.combination_reference))
  )
  const combinationsOf = ({ combination_reference, product_attribute_id }: OrderLine): ShopRecord[] =>
    combinations.filter(
      ({ id, fields }) =>
        fields.reference === combination_reference &&
        (product_attribute_id === undefined || id === product_attribute_id)
    )
  const idsOf = (line: OrderLine): string[] =>
    line.product_id === undefined
      ? present(line.reference === undefined ? combinationsOf(line).map(({ fields }) => fields.id_product) : [])
      : [String(line.product_id)]

  const display = ['id', 'reference', 'active', 'available_for_order']
  const ids = present(lines.flatMap(idsOf))
  const products = [
    ...(ids.length === 0 ? [] : await shop.list('products', { display, filter: { id: { oneOf: ids } } }, call)),
    ...(await byReference(
      'products',
      display,
      present(lines.map((line) => (line.product_id === undefined ? line.reference : undefined)))
    ))
  ]

  return lines.map((line, index) => {
    const path = `lines[${index}]`
    const keys = ['product_id', 'reference', 'combination_reference'] as const
    const key = keys.find((own) => line[own] !== undefined) ?? 'reference'
    const ownIds = idsOf(line)
    const matches = products.filter(
      ({ id, fields }) =>
        (line.reference === undefined || fields.reference === line.reference) &&
        (key === 'reference' || ownIds.includes(String(id)))
    )
    const byId = new Map<ShopId, ShopRecord>(matches.map((product) => [product.id, product]))
    const [product] = byId.values()
    if (!product) throw refusal(`${path}.${key}`, 'names no product of the shop')
    if (byId.size > 1) {
      throw refusal(`${path}.${key}`, `names several products (${[...byId.keys()].join(', ')}): send product_id`)
    }
    if (product.fields.active !== '1' || product.fields.available_for_order === '0') {
      throw refusal(`${path}.${key}`, `names product ${product.id}, which is not for sale`)
    }
    const own = combinationsOf(line).filter(({ fields }) => fields.id_product === String(product.id))
    return { path, line, product, combinations: own }
  })
}

/** The shop keeps one stock row for each combination of a product, and one with 0 for the product itself. */
const combinationOf = (
  path: string,
  { product_attribute_id, combination_reference }: OrderLine,
  combinations: readonly ShopRecord[],
  stocks: readonly ShopRecord[]
): number => {
  const has = (id: number): boolean => stocks.some(({ fields }) => fields.id_product_attribute === String(id))
  if (combination_reference !== undefined) {
    const [combination] = combinations
    if (!combination) throw refusal(`${path}.combination_reference`, 'names no combination of the product')
    if (combinations.length > 1) {
      const ids = combinations.map(({ id }) => id).join(', ')
      throw refusal(`${path}.combination_reference`, `names several combinations (${ids}): send product_attribute_id`)
    }
    return combination.id
  }
  if (product_attribute_id !== undefined) {
    if (has(product_attribute_id)) return product_attribute_id
    throw refusal(`${path}.product_attribute_id`, 'names no combination of the product')
  }
  if (stocks.some(({ fields }) => fields.id_product_attribute !== '0')) {
    throw refusal(path, 'names a product with combinations: send product_attribute_id or combination_reference')
  }
  return 0
}

/** `out_of_stock`: 0 = not sold, 1 = sold all the same, 2 = as the shop's setting says. */
const refuseShortage = async (
  path: string,
  quantity: number,
  stock: ShopRecord | undefined,
  { reference }: Surroundings
): Promise<void> => {
  const available = Number(stock?.fields.quantity ?? 0)
  if (quantity <= available || stock?.fields.out_of_stock === '1') return
  if ((await reference.configuration('PS_STOCK_MANAGEMENT')) === '0') return
  if (stock?.fields.out_of_stock === '2' && (await reference.configuration('PS_ORDER_OUT_OF_STOCK')) === '1') return
  throw refusal(`${path}.quantity`, `is more than the shop has: ${Math.max(0, available)} instead of ${quantity}`)
}
