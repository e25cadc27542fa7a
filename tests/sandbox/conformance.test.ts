import { describe, expect, test } from 'vitest'
import { readRecording, recordingNames } from './recordings.ts'
import { Session } from './replay.ts'

const resources = 'customers|addresses|languages|currencies|countries|states|groups|configurations|zones|shops'
const served = new RegExp(String.raw`^/api/+(?:${resources})\b`)
const groups =
  'general|auth|perm|resource|method|id|xml|list|format|filter|sort|limit|param|schema|cache|url|variant|race'
const general = new RegExp(`^(?:${groups})[-_]`)

const inScope = recordingNames().filter((name) => general.test(name) || served.test(readRecording(name).path))

/** Recordings whose answer is not compared, by the reason. */
const notReplayed = {
  'we read XML only; the sandbox writes no JSON': inScope.filter((name) => {
    const { path, headers } = readRecording(name)
    return path.includes('output_format=JSON') || headers['Output-Format'] === 'JSON' || headers['Io-Format'] === 'JSON'
  }),
  'order resources': [
    'perm-root-readonly',
    'filter-or-ids',
    'filter-interval-ids',
    'filter-gt',
    'filter-not',
    'filter-not-filterable',
    'filter-date-without-date1',
    'filter-date-with-date1',
    'filter-date-interval',
    'filter-date-gt-time',
    'filter-date-future-empty',
    'sort-desc',
    'sort-bad-field',
    'limit-2',
    'limit-offset',
    'limit-beyond',
    'limit-bad',
    'param-unknown',
    'filter-language-value',
    'filter-bracketless-pipe',
    'filter-many-ids',
    'filter-begins-word',
    'variant-locked-display_errors-filter-date-without-date1',
    'race-orders-same-cart-list'
  ],
  'the sandbox serves only part of the resources': [
    'general-root',
    'general-root-noslash',
    'list-search-products',
    'method-not-allowed-stocks',
    'method-not-allowed-stock_availables-delete'
  ],
  'another configuration of PHP: warnings do not become a 500': [
    'variant-locked-display_errors-list-display-bad-field',
    'variant-locked-display_errors-filter-unknown-field',
    'variant-locked-display_errors-xml-malformed'
  ]
} satisfies Record<string, string[]>

const listed: readonly string[] = Object.values(notReplayed).flat()

/** Sent all the same, because later recordings need what they wrote. */
const sentForTheirWork = new Set(['customers-post-201-json-out'])

const minimal = { passwd: 'secret12345', firstname: 'R', lastname: 'Ace' }

/** What happened at the real shop between two recordings, by the later one. */
const unrecorded: Readonly<Record<string, (session: Session) => void>> = {
  'customers-ghost-put-minimal': ({ shop }) => {
    shop.backOffice.create('customers', { ...minimal, email: 'ghost@example.com' })
  },
  'customers-delete-several-ok': ({ shop }) => {
    for (const email of ['20@example.com', '21@example.com']) shop.backOffice.create('customers', { ...minimal, email })
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
      'countries-schema-synopsis',
      'trap-customer-put-after-cart',
      'mail-customers-post',
      'customers-patch-keeps-secure_key',
      'date_upd-addresses-patch',
      'filter-unicode'
    ].map((name) => [name, () => new Session()])
  ),
  'timezone-customers-post': () => new Session({ timeZone: 'America/New_York', now: new Date('2026-11-22T21:14:58Z') }),
  'race-duplicate-emails-list': () => new Session({ now: new Date('2026-11-22T21:15:00Z') })
}

test('every recording of these resources is replayed or listed with its reason, none twice', () => {
  expect(new Set(listed).size).toBe(listed.length)
  expect(listed.filter((name) => !inScope.includes(name))).toEqual([])
  expect(inScope.length).toBeGreaterThan(300)
})

describe('the sandbox answers what the real shop answered', () => {
  let session = new Session()

  test.for(inScope.filter((name) => !listed.includes(name) || sentForTheirWork.has(name)))('%s', async (name) => {
    session = starts[name]?.() ?? session
    unrecorded[name]?.(session)
    const { answered, recorded } = await session.replay(readRecording(name))
    const comparable = sentForTheirWork.has(name) ? { status: recorded.status } : recorded
    expect(answered).toMatchObject(comparable)
  })
})
