import type { Permissions } from './authenticate.ts'
import { resources } from './resources.ts'
import { attributeList, xmlDocument } from './xml.ts'

/** All resources of PrestaShop 9.1, served here or not (`resource-unknown.txt`). */
export const resourceNames: readonly string[] = (
  'addresses attachments carriers cart_rules carts categories combinations configurations contacts ' +
  'content_management_system countries currencies customer_messages customer_threads customers customizations ' +
  'deliveries employees groups guests image_types images languages manufacturers messages order_carriers ' +
  'order_cart_rules order_details order_histories order_invoices order_payments order_returns order_slip ' +
  'order_states orders price_ranges product_customization_fields product_feature_values product_features ' +
  'product_option_values product_options product_suppliers products search shop_groups shop_urls shops ' +
  'specific_price_rules specific_prices states stock_availables stock_movement_reasons stock_movements stocks ' +
  'stores suppliers tags tax_rule_groups tax_rules taxes translated_configurations warehouses weight_ranges zones'
).split(' ')

/**
 * `GET /api/`: the resources a key may use, and how (`perm-root-readonly.txt`).
 *
 * @param methods those that the shop knows: before PrestaShop 8 PATCH is not among them, and not in the list
 */
export const rootDocument = (url: string, shopName: string, permissions: Permissions, methods: readonly string[]): string => {
  const nodes = Array.from(resources.values())
    .filter(({ name }) => permissions[name])
    .map(({ name, description }) => {
      const href = `${url}/api/${name}`
      const known = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'HEAD'].filter((method) => methods.includes(method))
      const allowed = known.map((method) => [method.toLowerCase(), String(permissions[name]?.includes(method) ?? false)])
      const attributes = attributeList({ 'xlink:href': href, ...Object.fromEntries(allowed) })
      const schemas = ['blank', 'synopsis'].map(
        (type) => `<schema${attributeList({ 'xlink:href': `${href}?schema=${type}`, type })}/>\n`
      )
      const text = `<description${attributes}>\n${description}</description>\n`
      return `<${name}${attributes}>\n${text}${schemas.join('')}</${name}>\n`
    })
  return xmlDocument(`<api${attributeList({ shopName })}>\n${nodes.join('')}</api>\n`)
}
