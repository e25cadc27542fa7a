import type { OdooId } from '../ledger/ids.ts'
import { asShopId, type ShopId, type ShopRecord } from '../prestashop/record.ts'
import type { Carrier, Currency, Reference } from '../prestashop/reference.ts'
import { address } from './address.ts'
import { bindingName, MissingRecordError } from './customer-of.ts'
import type { Surroundings } from './entity.ts'
import { SyncError } from './errors.ts'
import type { OrderPayload } from './order-payload.ts'

/** Where a new order goes, how, and in which money and language. */
export interface Terms {
  readonly delivery: ShopId
  readonly invoice: ShopId
  readonly carrier: ShopId
  readonly currency: Currency
  readonly language: ShopId
}

const refusal = (field: string, message: string): SyncError => new SyncError('validation', `${field} ${message}`, field)

/**
 * @throws SyncError `validation` for what the shop does not have
 * @throws MissingRecordError for an address of Odoo that is not in the shop yet
 */
export const termsOf = async (payload: OrderPayload, customer: ShopId, surroundings: Surroundings): Promise<Terms> => ({
  ...(await addressesOf(payload, customer, surroundings)),
  carrier: await carrierOf(payload.carrier, surroundings),
  currency: await currencyOf(payload, surroundings),
  language: await languageOf(payload, customer, surroundings)
})

interface Named {
  readonly id: ShopId
  readonly field: string
}

const named = (
  id: ShopId | undefined,
  odooId: OdooId | undefined,
  kind: 'delivery' | 'invoice',
  { ledger }: Surroundings
): Named | undefined => {
  const field = `address_${kind}_odoo_id`
  if (odooId === undefined) return id === undefined ? undefined : { id, field: `id_address_${kind}` }
  const lane = { entity_type: address.type, odoo_model: address.odooModel, odoo_id: odooId }
  const bound = ledger.bindings.find(lane)
  const own = bound && asShopId(bound.shop_id)
  if (own === undefined) {
    throw new MissingRecordError(
      `The address with Odoo id ${odooId} is not in the shop yet: send its webhook, or bind it with "bindings set"`,
      field,
      bindingName(address.type, odooId),
      lane
    )
  }
  if (id === undefined || id === own) return { id: own, field }
  throw refusal(field, `means address ${own}, id_address_${kind} means ${id}`)
}

const addressesOf = async (payload: OrderPayload, customer: ShopId, surroundings: Surroundings) => {
  const delivery = named(payload.id_address_delivery, payload.address_delivery_odoo_id, 'delivery', surroundings)
  if (!delivery) throw refusal('id_address_delivery', 'is missing: send it, or address_delivery_odoo_id')
  const invoice = named(payload.id_address_invoice, payload.address_invoice_odoo_id, 'invoice', surroundings) ?? delivery
  const found = await surroundings.shop.list(
    'addresses',
    { display: ['id', 'id_customer', 'deleted'], filter: { id: { oneOf: [delivery.id, invoice.id] } } },
    surroundings.call
  )
  const isTheirs = ({ id, fields }: ShopRecord, wanted: ShopId): boolean =>
    id === wanted && fields.id_customer === String(customer) && fields.deleted !== '1'
  for (const { id, field } of [delivery, invoice]) {
    if (found.some((record) => isTheirs(record, id))) continue
    throw refusal(field, `means address ${id}, which is not one of customer ${customer}`)
  }
  return { delivery: delivery.id, invoice: invoice.id }
}

/** By id, by reference (what an edited carrier keeps, while its id becomes another), or by name in any case. */
const carrierOf = async (wanted: ShopId | string, { reference }: Surroundings): Promise<ShopId> => {
  const matches = await reference.carriers(await meansCarrier(wanted, reference))
  const [carrier] = matches
  if (!carrier) throw refusal('carrier', 'names no active carrier of the shop')
  if (matches.length > 1) {
    throw refusal('carrier', `names several carriers (${matches.map(({ id }) => id).join(', ')}): send the id`)
  }
  return carrier.id
}

const meansCarrier = async (wanted: ShopId | string, reference: Reference): Promise<(carrier: Carrier) => boolean> => {
  const number = Number(wanted)
  if (Number.isNaN(number)) {
    const name = String(wanted).toLowerCase()
    return (carrier) => isUsable(carrier) && carrier.name.toLowerCase() === name
  }
  const [exact] = await reference.carriers(({ id }) => id === number)
  if (exact && isUsable(exact)) return ({ id }) => id === number
  const family = exact?.reference ?? number
  return (carrier) => isUsable(carrier) && carrier.reference === family
}

const isUsable = ({ active, deleted }: Carrier): boolean => active && !deleted

const currencyOf = async ({ id_currency, currency }: OrderPayload, { reference }: Surroundings): Promise<Currency> => {
  const field = id_currency === undefined ? 'currency' : 'id_currency'
  const told = id_currency ?? currency
  if (told === undefined) {
    const usual = await reference.currency(Number((await reference.configuration('PS_CURRENCY_DEFAULT')) ?? 0))
    if (usual) return usual
    const [only, ...others] = (await reference.currencies()).filter(({ active }) => active)
    if (only && others.length === 0) return only
    throw refusal('currency', 'is missing: the shop has several')
  }
  const byIso = id_currency === undefined
  const found = await (byIso ? reference.currencyByIso(String(told)) : reference.currency(id_currency))
  if (!found?.active) throw refusal(field, 'names no active currency of the shop')
  return found
}

/** The language of the shop's mails about the order: the customer's own unless told. */
const languageOf = async (
  { id_lang, lang }: OrderPayload,
  customer: ShopId,
  { shop, reference, call }: Surroundings
): Promise<ShopId> => {
  const languages = await reference.languages()
  if (id_lang !== undefined || lang !== undefined) {
    const iso = lang?.toLowerCase()
    const found = languages.find(
      ({ id, iso: own }) => (id_lang === undefined || id === id_lang) && (iso === undefined || own === iso)
    )
    if (!found) throw refusal(id_lang === undefined ? 'lang' : 'id_lang', 'names no active language of the shop')
    return found.id
  }
  const [first] = languages
  if (languages.length > 1) {
    const own = (await shop.get('customers', customer, call))?.fields.id_lang
    const found = languages.find(({ id }) => String(id) === own)
    if (found) return found.id
  }
  if (!first) throw refusal('lang', 'is missing: the shop tells no language')
  return first.id
}
