export type Version = 17 | 18 | 19

export interface Field {
  readonly type: string
  readonly relation?: string
  /** The many2one that a one2many is the other side of. */
  readonly inverse?: string
  readonly store: boolean
  readonly required: boolean
  /** Only for some groups: a webhook may not carry it. */
  readonly restricted: boolean
}

/**
 * A field a word: `name:type`, `name:type/relation` or `name:type/relation/inverse`; then `!` required, `~` not in the
 * database, `#` for some groups only.
 */
const parse = (text: string): Record<string, Field> =>
  Object.fromEntries(
    `${text} create_date:datetime write_date:datetime display_name:char~`.trim().split(/\s+/).map((word) => {
      const [, name, type, relation, inverse, flags] = /^(\w+):(\w+)(?:\/([\w.]+))?(?:\/(\w+))?([!~#]*)$/.exec(word) ?? []
      if (name === undefined || type === undefined || flags === undefined) throw new Error(`not a field: ${word}`)
      return [
        name,
        {
          type,
          ...(relation === undefined ? {} : { relation }),
          ...(inverse === undefined ? {} : { inverse }),
          required: flags.includes('!'),
          store: !flags.includes('~'),
          restricted: flags.includes('#')
        }
      ]
    })
  )

/** What Odoo holds of the models that the bridge deals with, as 17.0 and 19.0 have them; 18.0 is taken as 17.0. */
export const schemaOf = (version: Version): ReadonlyMap<string, Readonly<Record<string, Field>>> => {
  const is19 = version === 19
  const texts: Record<string, string> = {
    'res.users': 'login:char! partner_id:many2one/res.partner',
    'res.lang': 'code:char! name:char! active:boolean',
    'res.currency': 'name:char! active:boolean',
    'res.country': 'name:char! code:char',
    'res.country.state': 'name:char! code:char! country_id:many2one/res.country!',
    'res.partner': `name:char type:selection is_company:boolean parent_id:many2one/res.partner child_ids:one2many/res.partner/parent_id
      commercial_partner_id:many2one/res.partner commercial_company_name:char company_name:char email:char email_normalized:char active:boolean vat:char phone:char
      ${is19 ? '' : 'mobile:char'} comment:html street:char street2:char zip:char city:char state_id:many2one/res.country.state
      country_id:many2one/res.country country_code:char~ lang:selection website:char credit_limit:float#`,
    'product.product': `name:char default_code:char barcode:char uom_id:many2one/uom.uom active:boolean type:selection
      product_template_variant_value_ids:many2many/product.template.attribute.value`,
    'product.template.attribute.value': 'name:char',
    'uom.uom': 'name:char!',
    'product.category': 'name:char',
    'product.tag': 'name:char',
    'delivery.carrier': 'name:char! active:boolean',
    'sale.order': `name:char client_order_ref:char state:selection partner_id:many2one/res.partner!
      partner_invoice_id:many2one/res.partner partner_shipping_id:many2one/res.partner note:html amount_total:monetary
      currency_id:many2one/res.currency order_line:one2many/sale.order.line/order_id carrier_id:many2one/delivery.carrier
      date_order:datetime delivery_status:selection`,
    'sale.order.line': `order_id:many2one/sale.order! name:text sequence:integer product_id:many2one/product.product product_uom_qty:float
      ${is19 ? 'product_uom_id' : 'product_uom'}:many2one/uom.uom price_unit:float price_total:monetary discount:float
      display_type:selection is_delivery:boolean is_downpayment:boolean reward_id:many2one/loyalty.reward`,
    'stock.picking': `name:char state:selection picking_type_code:selection~ origin:char sale_id:many2one/sale.order carrier_id:many2one/delivery.carrier
      carrier_tracking_ref:char date_done:datetime backorder_id:many2one/stock.picking`,
    'loyalty.program': `name:char! active:boolean program_type:selection trigger:selection applies_on:selection date_from:date date_to:date
      limit_usage:boolean max_usage:integer currency_id:many2one/res.currency rule_ids:one2many/loyalty.rule/program_id
      reward_ids:one2many/loyalty.reward/program_id`,
    'loyalty.rule': `program_id:many2one/loyalty.program! active:boolean mode:selection code:char minimum_amount:monetary minimum_qty:integer
      minimum_amount_tax_mode:selection reward_point_amount:float reward_point_mode:selection product_ids:many2many/product.product
      product_category_id:many2one/product.category product_tag_id:many2one/product.tag product_domain:char`,
    'loyalty.reward': `program_id:many2one/loyalty.program! active:boolean description:char reward_type:selection discount:float
      discount_mode:selection discount_applicability:selection discount_max_amount:monetary required_points:float`,
    'loyalty.card': `program_id:many2one/loyalty.program! program_type:selection partner_id:many2one/res.partner code:char points:float
      expiration_date:date ${is19 ? 'active:boolean' : ''}`,
    'ir.model': 'model:char! name:char!',
    'ir.model.fields': 'model:char! name:char! field_description:char! model_id:many2one/ir.model! ttype:selection! store:boolean',
    'base.automation': `name:char! active:boolean model_id:many2one/ir.model! model_name:char~ trigger:selection! filter_domain:char
      trigger_field_ids:many2many/ir.model.fields action_server_ids:one2many/ir.actions.server/base_automation_id`,
    'ir.actions.server': `name:char! state:selection! model_id:many2one/ir.model! usage:selection base_automation_id:many2one/base.automation
      webhook_url:char webhook_field_ids:many2many/ir.model.fields`
  }
  return new Map(Object.entries(texts).map(([model, text]) => [model, parse(text)]))
}
