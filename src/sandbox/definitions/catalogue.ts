import { type Definition, integer, to } from './definition.ts'

/** What is sold. Only products 1 to 5 were recorded; the synopses are written after those records. */
export const catalogue: Readonly<Record<string, Definition>> = {
  combinations: {
    className: 'Combination',
    description: 'The product combinations',
    fields: { id_product: to('products') }
  },
  product_option_values: {
    className: 'ProductAttribute',
    description: 'The product options value',
    fields: { id_attribute_group: to('product_options') }
  },
  product_options: { className: 'AttributeGroup', description: 'The product options' },
  products: {
    className: 'Product',
    description: 'The products',
    fields: {
      id_manufacturer: to('manufacturers'),
      id_supplier: to('suppliers'),
      id_category_default: to('categories'),
      id_default_image: { ...integer, ...to('images/products/:id') },
      id_default_combination: { ...integer, ...to('combinations') },
      id_tax_rules_group: to('tax_rule_groups'),
      available_date: { column: 'date' }
    },
    entryLinks: { images: 'images/products/:id' }
  },
  specific_prices: {
    className: 'SpecificPrice',
    description: 'Specific price management',
    fields: { id_product: to('products') }
  },
  stock_availables: {
    className: 'StockAvailable',
    description: 'Available quantities',
    fields: {
      id_product: to('products'),
      id_product_attribute: to('combinations'),
      id_shop: to('shops'),
      id_shop_group: to('shop_groups')
    },
    order: ['id_product'],
    forbidden: ['POST', 'DELETE']
  }
}
