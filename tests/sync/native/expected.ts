import type { Came } from './replay.ts'

/** What an operation in Odoo comes to: one write for each record that really changed, however many requests there are. */
export interface Expected extends Partial<Pick<Came, 'writes' | 'results'>> {
  /** Where 17 announces other records than 19. */
  readonly in17?: Partial<Pick<Came, 'writes' | 'results'>>
  /** The only version that it was recorded from. */
  readonly only?: '17' | '19'
}

const NO_CITY = 'An address of the shop needs city, which is empty in Odoo: fill it in'
const NO_EMAIL = 'a contact without an email cannot be a customer of the shop'
const NOT_OURS = 'client_order_ref holds no reference of an order of the shop'
const NOTHING_YET = 'neither done nor with a tracking number: nothing to tell the shop yet'
const TICK_TYPE = 'Whether the contact is a customer or an address cannot be told: in Odoo, open the automation rule for res.partner, and in its "Send Webhook Notification" action add to "Fields": type, parent_id'
const TICK_PROGRAM = 'A coupon cannot be made: in Odoo, open the automation rule for loyalty.program, and in its "Send Webhook Notification" action add to "Fields": program_type, rule_ids, reward_ids'
const MAXIMUM = 'loyalty.reward discount_max_amount: a discount with a maximum cannot be a coupon of the shop: set "Max Discount" to 0'
const NOT_LINKED = 'the deleted contact is not linked to any record of the shop'
const NOT_OUR_PICKING = 'its sale order is no order of the shop'
const ONLY_CARDS = 'the coupons of this program are its cards, and the shop has none of them yet'

/** Operations about models that mean nothing to the shop: refused, and nothing stored. */
export const refusedOperations: readonly string[] = [
  'baseline create',
  'baseline write',
  'redirect 301',
  'redirect 302',
  'redirect 303',
  'redirect 307',
  'redirect 308',
  'userinfo',
  'userinfo user only',
  'query string',
  'userinfo and redirect 307 same host',
  'userinfo and redirect 307 other port',
  'tx 3 writes on one record',
  'tx create then write',
  'tx create then unlink in same tx',
  'write same value',
  'write empty vals',
  'on_unlink',
  'server action run from list on 3 records',
  'two actions in one rule',
  'code: dynamic url then run webhook action',
  'del: line removed from an order',
  'tx write then rollback by error'
]

/** Every other recorded operation, in the order of the recordings; what is not there does not happen. */
export const expected: Readonly<Record<string, Expected>> = {
  'tf partner create company': { writes: ['POST customers'], results: ['res.partner: created'] },
  'tf partner create contact of company': { writes: ['POST customers'], results: ['res.partner: created'] },
  'tf partner create delivery address': { results: [`res.partner: refused, ${NO_CITY}`] },
  'tf partner write email': { writes: ['PATCH customers'], results: ['res.partner: updated'] },
  'tf company write street': { writes: ['PATCH customers'], results: ['res.partner: updated'] },
  'tf company write vat': { results: [`res.partner: refused, ${NO_CITY}`, '2 × res.partner: unchanged'] },
  'tf child edited through the parent form': { results: [`res.partner: refused, ${NO_CITY}`] },
  'tf child moved to other parent': { writes: ['PATCH customers'], results: ['res.partner: updated'] },
  'tf web client web_save of a new partner (form view save)': { results: [`res.partner: ignored, ${NO_EMAIL}`, `res.partner: refused, ${NO_CITY}`], only: '19' },
  'tf import of 40 partners (load)': { writes: ['40 × POST customers'], results: ['40 × res.partner: created'] },
  'no trigger fields: import of 40 partners (load)': { writes: ['3 × POST customers'], results: ['3 × res.partner: created'] },
  'sf so create': { results: ['sale.order: ignored, a quotation'] },
  'sf so confirm': { results: [`sale.order: ignored, ${NOT_OURS}`, `stock.picking: ignored, ${NOTHING_YET}`] },
  'sf picking tracking': { results: [`stock.picking: ignored, ${NOT_OUR_PICKING}`] },
  'sf picking validate': { results: [`stock.picking: ignored, ${NOT_OUR_PICKING}`] },
  'types: full partner': { results: [`2 × res.partner: refused, ${TICK_TYPE}`] },
  'types: comment html': { results: [`res.partner: refused, ${TICK_TYPE}`] },
  'types: html with script is sanitized': { results: [`res.partner: refused, ${TICK_TYPE}`] },
  'types: quotes, emoji, newline, control characters': { results: [`res.partner: refused, ${TICK_TYPE}`] },
  'types: after the child was archived': { results: [`res.partner: refused, ${TICK_TYPE}`] },
  'lang: write by an en_US user': { results: [`coupon: refused, ${TICK_PROGRAM}`] },
  'lang: write by a fr_FR user': { results: [`coupon: refused, ${TICK_PROGRAM}`] },
  'lang: write without language in the context (XML-RPC default)': { results: [`coupon: refused, ${TICK_PROGRAM}`] },
  'del: partner that has a child': { results: [`res.partner: ignored, ${NOT_LINKED}`] },
  'del: child partner': { results: [`res.partner: ignored, ${NOT_LINKED}`] },
  'del: merge of two partners (wizard)': { results: [`res.partner: ignored, ${NOT_LINKED}`] },
  'del: whole draft order with a line': { results: ['sale.order: ignored, an order that was deleted in Odoo stays in the shop'] },
  'coupon apply code on an order': { results: ['sale.order: ignored, a quotation'], only: '19' },
  'partner create company': { writes: ['POST addresses', 'POST customers'], results: ['res.partner: created'] },
  'partner create contact of company': { writes: ['POST addresses', 'POST customers'], results: ['res.partner: created'] },
  'partner create address invoice': { writes: ['POST addresses'], results: ['res.partner: created'] },
  'partner create address delivery without name': { writes: ['POST addresses'], results: ['res.partner: created'] },
  'partner create address other': { results: [`res.partner: refused, ${NO_CITY}`] },
  'partner create individual': { writes: ['POST addresses', 'POST customers'], results: ['res.partner: created'] },
  'partner create minimal': { results: [`res.partner: ignored, ${NO_EMAIL}`] },
  'partner write phone': { writes: ['PATCH addresses'], results: ['res.partner: updated'] },
  'partner write same value': { results: ['res.partner: unchanged'] },
  'partner write company street': { writes: ['PATCH addresses'], results: [`res.partner: refused, ${NO_CITY}`, '3 × res.partner: unchanged', 'res.partner: updated'], in17: { writes: ['PATCH addresses'], results: ['res.partner: updated'] } },
  'partner write company vat': { writes: ['4 × PATCH addresses'], results: [`res.partner: refused, ${NO_CITY}`, '4 × res.partner: updated'] },
  'partner write child through parent': { results: [`2 × res.partner: refused, ${NO_CITY}`, '4 × res.partner: unchanged'], in17: { results: [`res.partner: refused, ${NO_CITY}`, 'res.partner: unchanged'] } },
  'partner write three records in one call': { writes: ['PATCH customers'], results: [`res.partner: ignored, ${NO_EMAIL}`, `res.partner: refused, ${NO_CITY}`, 'res.partner: updated'] },
  'partner archive': { results: [`res.partner: ignored, ${NO_EMAIL}`] },
  'partner unarchive': { results: [`res.partner: ignored, ${NO_EMAIL}`] },
  'order create with two lines': { results: ['sale.order: ignored, a quotation'] },
  'order write ref': { results: ['sale.order: ignored, a quotation'] },
  'order write line quantity': { results: ['sale.order: ignored, a quotation'] },
  'order state sent': { results: ['sale.order: ignored, a quotation'] },
  'order confirm': { writes: ['PATCH orders', 'POST order_histories'], results: ['sale.order: updated', `stock.picking: ignored, ${NOTHING_YET}`] },
  'picking set carrier': { results: [`stock.picking: ignored, ${NOTHING_YET}`] },
  'picking set tracking ref': { writes: ['PATCH order_carriers'], results: ['stock.picking: updated'] },
  'picking validate': { writes: ['POST order_histories'], results: ['sale.order: unchanged', 'stock.picking: updated'] },
  'picking tracking ref after done': { writes: ['PATCH order_carriers'], results: ['stock.picking: updated'] },
  'order create second': { results: ['sale.order: ignored, a quotation'] },
  'order cancel': { results: [`sale.order: ignored, ${NOT_OURS}`] },
  'order back to draft': { results: ['sale.order: ignored, a quotation'] },
  'loyalty program with code create': { results: [`coupon: refused, ${MAXIMUM}`] },
  'loyalty program rename and date': { results: [`coupon: refused, ${MAXIMUM}`] },
  'loyalty rule code change through the program form': { results: [`coupon: refused, ${MAXIMUM}`] },
  'loyalty reward change to a fixed amount': { writes: ['POST cart_rules'], results: ['coupon: created'] },
  'loyalty program archive': { writes: ['PATCH cart_rules'], results: ['coupon: updated'] },
  'loyalty program unarchive': { writes: ['PATCH cart_rules'], results: ['coupon: updated'] },
  'loyalty program coupons create': { results: [`coupon: ignored, ${ONLY_CARDS}`] },
  'loyalty coupons generate for two customers': { writes: ['2 × POST cart_rules'], results: ['2 × loyalty.card: created'] },
  'loyalty coupons generate three anonymous': { writes: ['3 × POST cart_rules'], results: ['3 × loyalty.card: created'] },
  'loyalty card write expiration': { writes: ['PATCH cart_rules'], results: ['loyalty.card: updated'] },
  'loyalty card write points': { results: ['loyalty.card: unchanged'] },
  'loyalty card create with own code': { writes: ['POST cart_rules'], results: ['loyalty.card: created'] },
  'loyalty card archive': { results: ['loyalty.card: unchanged'], only: '19' },
  'coupon order create': { results: ['sale.order: ignored, a quotation'] },
  'coupon enter code on an order': { results: ['sale.order: ignored, a quotation'] },
  'coupon reward applied to the order': { results: ['sale.order: ignored, a quotation'] },
  'coupon order confirm': { writes: ['PATCH cart_rules'], results: ['loyalty.card: updated', `sale.order: ignored, ${NOT_OURS}`, `stock.picking: ignored, ${NOTHING_YET}`] },
  'coupon order cancel': { writes: ['PATCH cart_rules'], results: ['loyalty.card: updated', `sale.order: ignored, ${NOT_OURS}`, `stock.picking: ignored, ${NOTHING_YET}`], only: '19' },
  'domain is_company: becomes company': { results: [`res.partner: refused, ${TICK_TYPE}`] },
  'trigger company': { writes: ['POST addresses', 'POST customers'], results: ['res.partner: created'] },
  'trigger contact': { writes: ['POST addresses', 'POST customers'], results: ['res.partner: created'] },
  'trigger invoice': { results: [`res.partner: refused, ${NO_CITY}`], only: '19' },
  'trigger delivery': { results: [`res.partner: refused, ${NO_CITY}`], only: '19' },
  'trigger other': { results: [`res.partner: refused, ${NO_CITY}`], only: '19' },
  'trigger individual': { writes: ['POST customers'], results: ['res.partner: created'] },
  'trigger write': { results: ['res.partner: unchanged'], only: '19' },
  'trigger archive': { writes: ['PATCH customers'], results: ['res.partner: updated'], only: '19' },
  'trigger unlink': { results: [`res.partner: ignored, ${NOT_LINKED}`] },
  'trigger order': { results: ['sale.order: ignored, a quotation'] },
  'trigger line': { results: ['sale.order: ignored, a quotation'], only: '19' },
  'trigger confirm': { writes: ['POST order_histories'], results: ['sale.order: updated', `stock.picking: ignored, ${NOTHING_YET}`] },
  'trigger carrier': { results: [`stock.picking: ignored, ${NOTHING_YET}`], only: '19' },
  'trigger tracking': { writes: ['PATCH order_carriers'], results: ['stock.picking: updated'] },
  'trigger validate': { writes: ['POST order_histories'], results: ['sale.order: unchanged', 'stock.picking: updated'] },
  'trigger cancel': { writes: ['POST order_histories'], results: ['sale.order: updated'], only: '19' },
  'trigger program': { writes: ['POST cart_rules'], results: ['coupon: created'] },
  'trigger rule': { writes: ['PATCH cart_rules'], results: ['coupon: updated'], only: '19' },
  'trigger reward': { writes: ['PATCH cart_rules'], results: ['coupon: updated'], only: '19' },
  'trigger card': { writes: ['POST cart_rules'], results: ['loyalty.card: created'] },
  'trigger points': { writes: ['PATCH cart_rules'], results: ['loyalty.card: updated'], only: '19' },
  'trigger coupons': { writes: ['2 × POST cart_rules'], results: ['2 × loyalty.card: created'] },
  'del: loyalty card': { results: ['loyalty.card: ignored, the shop has no coupon of it'], only: '17' },
  'del: active loyalty program': { results: ['coupon: ignored, the shop has no coupon of it'], only: '17' },
  'del: archived loyalty program': { results: ['coupon: ignored, the shop has no coupon of it'], only: '17' }
}
