import { fieldsToTick } from '../sync/native/model.ts'
import { models } from '../sync/native/models.ts'

/** When a rule sends its webhook: Odoo's triggers "On save" and "On deletion". */
export type RuleTrigger = 'on_create_or_write' | 'on_unlink'

/** A field of a model, with its English label: Odoo's screens show the label. */
export interface RuleField {
  readonly name: string
  readonly label: string
}

/** One automation rule that Odoo needs: base.automation with one "Send Webhook Notification" (ir.actions.server). */
export interface OdooRule {
  /** Its name in Odoo, by which it is known again. */
  readonly name: string
  readonly model: string
  /** The model as Odoo's screens call it. */
  readonly modelLabel: string
  /** The app that brings the model. */
  readonly app: string
  readonly trigger: RuleTrigger
  /** "When updating": without these fields every recomputed one sends a webhook too, a dozen for one new contact. */
  readonly watched: readonly RuleField[]
  /** "Fields" of the webhook. Not every Odoo has all of them: where one is missing it is left out. */
  readonly sent: readonly RuleField[]
}

interface Entry {
  readonly model: string
  readonly app: string
  /** What the rules' names begin with. */
  readonly title: string
  /** Fields that people edit, or that Odoo computes and nothing else tells of; all are in the database. */
  readonly watched: readonly string[]
  /** Whether its deletions mean something to the shop. */
  readonly tellsDeletions: boolean
  /** The English labels of all fields. */
  readonly labels: Readonly<Record<string, string>>
}

const words = (text: string): string[] => text.trim().split(/\s+/)

const entries: readonly Entry[] = [
  {
    model: 'res.partner',
    app: 'Contacts',
    title: 'contacts',
    watched: words(`name type is_company parent_id company_name email active vat phone mobile comment
      street street2 zip city state_id country_id lang`),
    tellsDeletions: true,
    labels: {
      name: 'Name',
      type: 'Address Type',
      is_company: 'Is a Company',
      parent_id: 'Related Company',
      company_name: 'Company Name',
      commercial_company_name: 'Company Name Entity',
      email: 'Email',
      email_normalized: 'Normalized Email',
      active: 'Active',
      vat: 'Tax ID',
      phone: 'Phone',
      mobile: 'Mobile',
      comment: 'Notes',
      street: 'Street',
      street2: 'Street2',
      zip: 'Zip',
      city: 'City',
      state_id: 'State',
      country_id: 'Country',
      country_code: 'Country Code',
      lang: 'Language'
    }
  },
  {
    model: 'sale.order',
    app: 'Sales',
    title: 'orders',
    watched: words('state client_order_ref note'),
    // The shop keeps its orders.
    tellsDeletions: false,
    labels: { name: 'Order Reference', state: 'Status', client_order_ref: 'Customer Reference', note: 'Terms and conditions' }
  },
  {
    model: 'stock.picking',
    app: 'Inventory',
    title: 'deliveries',
    watched: words('state carrier_tracking_ref'),
    tellsDeletions: false,
    labels: {
      state: 'Status',
      picking_type_code: 'Type of Operation',
      sale_id: 'Sales Order',
      origin: 'Source Document',
      carrier_tracking_ref: 'Tracking Reference'
    }
  },
  {
    model: 'loyalty.program',
    app: 'Coupons & Loyalty',
    title: 'discount programs',
    watched: words('name active program_type date_from date_to limit_usage max_usage'),
    tellsDeletions: true,
    labels: {
      name: 'Program Name',
      active: 'Active',
      program_type: 'Program Type',
      date_from: 'Start Date',
      date_to: 'End date',
      limit_usage: 'Limit Usage',
      max_usage: 'Max Usage',
      rule_ids: 'Conditional rules',
      reward_ids: 'Rewards'
    }
  },
  {
    model: 'loyalty.rule',
    app: 'Coupons & Loyalty',
    title: 'discount codes',
    watched: words(`active code minimum_amount minimum_amount_tax_mode minimum_qty product_ids product_category_id
      product_tag_id product_domain reward_point_mode`),
    tellsDeletions: true,
    labels: {
      program_id: 'Program',
      active: 'Active',
      code: 'Discount code',
      minimum_amount: 'Minimum Purchase',
      minimum_amount_tax_mode: 'Minimum Amount Tax Mode',
      minimum_qty: 'Minimum Quantity',
      product_ids: 'Products',
      product_category_id: 'Categories',
      product_tag_id: 'Product Tag',
      product_domain: 'Product Domain',
      reward_point_mode: 'Reward Point Mode'
    }
  },
  {
    model: 'loyalty.reward',
    app: 'Coupons & Loyalty',
    title: 'discount rewards',
    watched: words('active reward_type discount discount_mode discount_applicability discount_max_amount required_points'),
    tellsDeletions: true,
    labels: {
      program_id: 'Program',
      active: 'Active',
      reward_type: 'Reward Type',
      discount: 'Discount',
      discount_mode: 'Discount Mode',
      discount_applicability: 'Discount Applicability',
      discount_max_amount: 'Max Discount',
      required_points: 'Points needed'
    }
  },
  {
    model: 'loyalty.card',
    app: 'Coupons & Loyalty',
    title: 'coupons',
    watched: words('active code points expiration_date partner_id'),
    tellsDeletions: true,
    labels: {
      program_id: 'Program',
      active: 'Active',
      code: 'Code',
      points: 'Points',
      expiration_date: 'Expiration Date',
      partner_id: 'Partner'
    }
  }
]

/** The fields of a model that mean something to the shop; none for another model. */
export const fieldsOfModel = (model: string): readonly string[] => {
  const own = models.find(({ name }) => name === model)
  return own ? fieldsToTick(own) : []
}

const rulesOf = ({ model, app, title, watched, tellsDeletions, labels }: Entry): OdooRule[] => {
  const named = (names: readonly string[]): RuleField[] => names.map((name) => ({ name, label: labels[name] ?? name }))
  const saved: OdooRule = {
    model,
    modelLabel: models.find(({ name }) => name === model)?.label ?? model,
    app,
    name: `PrestaShop: ${title}`,
    trigger: 'on_create_or_write',
    watched: named(watched),
    // When the record was written tells whether it is read too early (settled.ts).
    sent: [...named(fieldsOfModel(model)), { name: 'write_date', label: 'Last Updated on' }]
  }
  // Of a deleted record only the id counts, which is always there.
  const deleted: OdooRule = { ...saved, name: `PrestaShop: ${title} deleted`, trigger: 'on_unlink', watched: [], sent: [] }
  return tellsDeletions ? [saved, deleted] : [saved]
}

/** Every automation rule that Odoo needs, in the order in which they are best made. */
export const odooRules: readonly OdooRule[] = entries.flatMap(rulesOf)
