import { createHash, randomUUID } from 'node:crypto'
import type { ShopError } from '../errors.ts'
import { isOn, type ShopRecord, valueOf } from '../record.ts'
import type { ObjectClass, ShopContext } from './object-class.ts'

/** Stands in for bcrypt: the shape and the length of its hashes, none of their cost, salted all the same. */
const hash = (password: string): string => {
  const digest = createHash('sha512').update(`${randomUUID()}${password}`).digest('base64')
  return `$2y$10$${digest.replaceAll('+', '.').slice(0, 53)}`
}

const blocks = (other: ShopRecord): boolean => !isOn(other, 'is_guest') && valueOf(other, 'id_shop') === '1'

/**
 * Another account, no guest and in a shop, with this email (`customers-post-duplicate-email-guest.txt`,
 * `customers-ghost-post-same-email.txt`).
 */
const isTaken = (object: ShopRecord, shop: ShopContext): boolean => {
  const others = shop.where('customers', 'email', valueOf(object, 'email'))
  return others.some((other) => other.id !== object.id && blocks(other))
}

const refusal = (object: ShopRecord, shop: ShopContext, code: number): ShopError | undefined =>
  !isOn(object, 'is_guest') && isTaken(object, shop)
    ? { code, message: 'The email is already used, please choose another one' }
    : undefined

const setNewsletterDate = (object: ShopRecord, shop: ShopContext): void => {
  if (isOn(object, 'newsletter') && /^(?:|0000.*)$/.test(valueOf(object, 'newsletter_date_add'))) {
    object.values['newsletter_date_add'] = shop.now()
  }
}

/** The shop's class `Customer`: passwords, one account an email, secure_key, its first group. */
export const customerClass: ObjectClass = {
  setters: {
    // The stored hash sent back changes nothing, an empty password is hashed like any (`customers-put-hash-back.txt`,
    // `customers-put-empty-passwd.txt`).
    passwd(object, value) {
      if (object.id === 0 || object.values['passwd'] !== value) object.values['passwd'] = hash(value)
    }
  },
  add(object, shop) {
    const error = refusal(object, shop, 140)
    if (error) return error
    const { values } = object
    const defaults = { id_shop: '1', id_shop_group: '1', id_lang: shop.configuration('PS_LANG_DEFAULT') }
    for (const [name, value] of Object.entries(defaults)) {
      if (!isOn(object, name)) values[name] = value
    }
    values['secure_key'] = createHash('md5').update(randomUUID()).digest('hex')
    values['last_passwd_gen'] = shop.now(Number(shop.configuration('PS_PASSWD_TIME_FRONT')))
    setNewsletterDate(object, shop)
    if (isOn(object, 'is_guest') && values['id_default_group'] === shop.configuration('PS_CUSTOMER_GROUP')) {
      values['id_default_group'] = shop.configuration('PS_GUEST_GROUP')
    }
    object.associations['groups'] = [{ id: valueOf(object, 'id_default_group') || '0' }]
    return undefined
  },
  update(object, shop) {
    const error = refusal(object, shop, 141)
    if (!error) setNewsletterDate(object, shop)
    return error
  },
  remove(record, shop) {
    const addresses = shop.where('addresses', 'id_customer', record.id)
    // A customer with orders leaves the addresses behind.
    const kept = addresses.some(({ id }) => shop.isUsedAddress(id))
    return { first: kept ? [] : addresses.map(({ id }) => ({ resource: 'addresses', id })) }
  }
}
