import { describe, expect, test } from 'vitest'
import { recording, recordingNames } from '../support/recordings.ts'
import { type CartRow, cartXml, shirtsAndMug } from './ask.ts'
import { Session } from './replay.ts'

const names = recordingNames()

const isJson = (name: string): boolean => {
  const { path, headers } = recording(name).request
  const asked = [headers.get('Output-Format'), headers.get('Io-Format')]
  return path.includes('output_format=JSON') || asked.includes('JSON')
}

/** Recordings whose answer is not compared, by the reason. */
const notReplayed = {
  'we read XML only; the sandbox writes no JSON': names.filter(isJson),
  'the sandbox serves only part of the resources': [
    'general-root',
    'general-root-noslash',
    'list-search-products',
    'method-not-allowed-stocks'
  ],
  'another configuration of PHP: warnings do not become a 500': [
    'variant-locked-display_errors-list-display-bad-field',
    'variant-locked-display_errors-filter-unknown-field',
    'variant-locked-display_errors-filter-date-without-date1',
    'variant-locked-display_errors-xml-malformed'
  ]
} satisfies Record<string, string[]>

const listed: readonly string[] = Object.values(notReplayed).flat()

/** Sent all the same, because later recordings need what they wrote. */
const sentForTheirWork = new Set(['customers-post-201-json-out', 'orders-post-json-out'])

const minimal = { passwd: 'secret12345', firstname: 'R', lastname: 'Ace' }

/** A cart as the recordings order it, unless told otherwise. */
const cartOf =
  (fields: Readonly<Record<string, string>>, rows: readonly CartRow[]) =>
  async (session: Session): Promise<void> => {
    await session.post('carts', cartXml(fields, rows))
  }

const cart = cartOf({}, shirtsAndMug)

const carts = (count: number) => async (session: Session): Promise<void> => {
  for (let made = 0; made < count; made += 1) await cart(session)
}

/** What happened at the real shop between two recordings, by the later one. */
const unrecorded: Readonly<Record<string, (session: Session) => void | Promise<void>>> = {
  'customers-ghost-put-minimal': ({ shop }) => {
    shop.backOffice.create('customers', { ...minimal, email: 'ghost@example.com' })
  },
  'customers-delete-several-ok': ({ shop }) => {
    for (const email of ['20@example.com', '21@example.com']) shop.backOffice.create('customers', { ...minimal, email })
  },
  'two-languages-cart_rules-post': ({ shop }) => {
    shop.backOffice.create('languages', { name: 'Français', iso_code: 'fr', active: '1' })
  },
  'orders-post-missing-id_address_delivery': cart,
  'orders-post-total-differs': cart,
  'orders-post-extra-fields': cart,
  'orders-post-order_rows-sent': cart,
  'orders-post-module-unknown': cart,
  'orders-post-empty-cart': cartOf({}, []),
  'orders-post-cart-without-customer': cartOf({ id_customer: '0' }, shirtsAndMug),
  'orders-post-out-of-stock': cartOf({}, [[1, 1, 100_000]]),
  'orders-post-json-out': cart,
  'orders-post-total-float-noise': cart,
  'trap-order-post-after-customer-put': async (session) => {
    // The cart had the key that the PUT wiped.
    await cart(session)
    session.shop.backOffice.update('carts', 6, { secure_key: 'b44a6d9efd7a0076a0fbce6b15eaf3b1' })
  },
  'trap-order-post-new-cart-after-customer-put': cart,
  'orders-post-other-customer': carts(4),
  'carts-put-cart_rules-association': cart,
  'mail-order_carriers-put-sendemail-url': ({ shop }) => {
    shop.backOffice.update('carriers', 2, { url: 'https://carrier.example/@' })
  },
  'mail-orders-post': cart,
  'mail-broken-order_histories-post-sendemail': ({ shop }) => {
    shop.settings.mailBroken = true
  },
  'customers-patch-then-order-201': cart,
  'race-orders-same-cart-list': async (session) => {
    await cart(session)
    await Promise.all([1, 2, 3].map(() => session.send(recording('mail-orders-post'))))
  },
  'carts-put-omit-id_shop-list': ({ shop }) => {
    shop.backOffice.update('carts', 6, { id_shop: '0' })
  },
  'race-duplicate-emails-list': ({ shop }) => {
    shop.backOffice.create('customers', { ...minimal, email: 'race@example.com' })
  },
  'webservice-disabled': ({ shop }) => {
    shop.settings.webserviceEnabled = false
  },
  'shop-maintenance': ({ shop }) => {
    shop.settings.webserviceEnabled = true
  }
}

/** The recordings with which a sitting began, at a fresh shop. */
const starts: Readonly<Record<string, () => Session>> = {
  ...Object.fromEntries(
    [
      'auth-none',
      'customers-schema-synopsis',
      'addresses-schema-synopsis',
      'cart_rules-schema-synopsis',
      'orders-schema-synopsis',
      'order_histories-post-201',
      'orders-put-as-get',
      'order_carriers-put-as-get',
      'carts-post-minimal',
      'order_states-schema-synopsis',
      'countries-schema-synopsis',
      'customer_threads-schema-synopsis',
      'orders-post-empty-cart-leftover',
      'trap-customer-put-after-cart',
      'orders-post-other-customer',
      'mail-order_histories-post',
      'mail-customers-post',
      'customers-patch-keeps-secure_key',
      'carrier-choice-cart-id_carrier-1-cart',
      'date_upd-order_carriers-put',
      'filter-unicode'
    ].map((name) => [name, () => new Session()])
  ),
  'timezone-customers-post': () => new Session({ timeZone: 'America/New_York', now: new Date('2026-11-22T21:14:58Z') }),
  'race-orders-same-cart-list': () => new Session(),
  'race-duplicate-emails-list': () => new Session({ now: new Date('2026-11-22T21:15:00Z') })
}

test('every recording is replayed or listed with its reason, none twice', () => {
  expect(new Set(listed).size).toBe(listed.length)
  expect(listed.filter((name) => !names.includes(name))).toEqual([])
})

describe('the sandbox answers what the real shop answered', () => {
  let session = new Session()

  test.for(names.filter((name) => !listed.includes(name) || sentForTheirWork.has(name)))('%s', async (name) => {
    session = starts[name]?.() ?? session
    await unrecorded[name]?.(session)
    const { answered, recorded } = await session.replay(name)
    const comparable = sentForTheirWork.has(name) ? { status: recorded.status } : recorded
    expect(answered).toMatchObject(comparable)
  })
})
