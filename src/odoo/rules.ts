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
  readonly modelLabel: string
  readonly app: string
  /** What the rules' names begin with. */
  readonly title: string
  /** Name → label; those that people edit, and those that Odoo computes and nothing else tells of. */
  readonly watched: Readonly<Record<string, string>>
  /** More fields to send. */
  readonly also: Readonly<Record<string, string>>
  /** Whether its deletions mean something to the shop. */
  readonly tellsDeletions?: true
}

const entries: readonly Entry[] = [
  {
    model: 'res.partner',
    modelLabel: 'Contact',
    app: 'Contacts',
    title: 'contacts',
    watched: {
      name: 'Name',
      type: 'Address Type',
      is_company: 'Is a Company',
      parent_id: 'Related Company',
      company_name: 'Company Name',
      email: 'Email',
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
      lang: 'Language'
    },
    also: {
      country_code: 'Country Code',
      email_normalized: 'Normalized Email',
      commercial_company_name: 'Company Name Entity',
      write_date: 'Last Updated on'
    },
    tellsDeletions: true
  },
  {
    model: 'sale.order',
    modelLabel: 'Sales Order',
    app: 'Sales',
    title: 'orders',
    watched: { state: 'Status', client_order_ref: 'Customer Reference', note: 'Terms and conditions' },
    also: {
      name: 'Order Reference',
      partner_id: 'Customer',
      partner_invoice_id: 'Invoice Address',
      partner_shipping_id: 'Delivery Address',
      amount_total: 'Total',
      currency_id: 'Currency',
      write_date: 'Last Updated on'
    }
  },
  {
    model: 'stock.picking',
    modelLabel: 'Transfer',
    app: 'Inventory',
    title: 'deliveries',
    watched: { state: 'Status', carrier_tracking_ref: 'Tracking Reference' },
    also: {
      name: 'Reference',
      origin: 'Source Document',
      sale_id: 'Sales Order',
      picking_type_code: 'Type of Operation',
      carrier_id: 'Carrier',
      date_done: 'Date of Transfer',
      write_date: 'Last Updated on'
    }
  },
  {
    model: 'loyalty.program',
    modelLabel: 'Loyalty Program',
    app: 'Coupons & Loyalty',
    title: 'discount programs',
    watched: {
      name: 'Program Name',
      active: 'Active',
      program_type: 'Program Type',
      trigger: 'Program trigger',
      date_from: 'Start Date',
      date_to: 'End date',
      limit_usage: 'Limit Usage',
      max_usage: 'Max Usage'
    },
    also: {
      applies_on: 'Applies On',
      currency_id: 'Currency',
      rule_ids: 'Conditional rules',
      reward_ids: 'Rewards',
      write_date: 'Last Updated on'
    },
    tellsDeletions: true
  },
  {
    model: 'loyalty.rule',
    modelLabel: 'Loyalty Rule',
    app: 'Coupons & Loyalty',
    title: 'discount codes',
    watched: {
      active: 'Active',
      mode: 'Application',
      code: 'Discount code',
      minimum_amount: 'Minimum Purchase',
      minimum_amount_tax_mode: 'Minimum Amount Tax Mode',
      minimum_qty: 'Minimum Quantity'
    },
    also: { program_id: 'Program', product_ids: 'Products', write_date: 'Last Updated on' }
  },
  {
    model: 'loyalty.reward',
    modelLabel: 'Loyalty Reward',
    app: 'Coupons & Loyalty',
    title: 'discount rewards',
    watched: {
      active: 'Active',
      reward_type: 'Reward Type',
      discount: 'Discount',
      discount_mode: 'Discount Mode',
      discount_applicability: 'Discount Applicability',
      discount_max_amount: 'Max Discount',
      required_points: 'Points needed'
    },
    also: { program_id: 'Program', description: 'Description on order', write_date: 'Last Updated on' }
  },
  {
    model: 'loyalty.card',
    modelLabel: 'Loyalty Coupon',
    app: 'Coupons & Loyalty',
    title: 'coupons',
    watched: { code: 'Code', points: 'Points', expiration_date: 'Expiration Date', active: 'Active', partner_id: 'Partner' },
    also: { program_id: 'Program', program_type: 'Program Type', write_date: 'Last Updated on' },
    tellsDeletions: true
  }
]

const fieldsOf = (labels: Readonly<Record<string, string>>): RuleField[] =>
  Object.entries(labels).map(([name, label]) => ({ name, label }))

const rulesOf = ({ title, watched, also, tellsDeletions, ...about }: Entry): OdooRule[] => {
  const saved: OdooRule = {
    ...about,
    name: `PrestaShop: ${title}`,
    trigger: 'on_create_or_write',
    watched: fieldsOf(watched),
    sent: fieldsOf({ ...watched, ...also })
  }
  // A deleted record has no values that count: its id is always there.
  const deleted: OdooRule = { ...saved, name: `PrestaShop: ${title} deleted`, trigger: 'on_unlink', watched: [], sent: [] }
  return tellsDeletions ? [saved, deleted] : [saved]
}

/** Every automation rule that Odoo needs, in the order in which they are best made. */
export const odooRules: readonly OdooRule[] = entries.flatMap(rulesOf)

/** The fields of a model that mean something to the shop; none for a model without rules. */
export const fieldsOfModel = (model: string): readonly string[] =>
  odooRules.find((rule) => rule.model === model)?.sent.map(({ name }) => name) ?? []
