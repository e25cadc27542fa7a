import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import * as v from 'valibot'
import { networkProblem } from './http/network.ts'

/** Thrown when the configuration is wrong: one line per variable, never a secret's value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The configuration is not complete:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

const integer = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d+$/),
    v.transform(Number),
    v.minValue(least),
    v.maxValue(most)
  )

/** Whose value stays when both sides have changed the same field. */
export const POLICIES = ['last-write-wins', 'odoo-wins', 'shop-wins'] as const

const flag = v.pipe(
  v.string(),
  v.transform((value) => value.toLowerCase()),
  v.picklist(['true', 'false', '1', '0']),
  v.transform((value) => value === 'true' || value === '1')
)

/** Without 1 and 0: where a number means something else. */
const yesOrNo = v.pipe(
  v.string(),
  v.transform((value) => value.toLowerCase()),
  v.picklist(['true', 'false']),
  v.transform((value) => value === 'true')
)

const httpUrl = v.pipe(
  v.string(),
  v.check((value) => {
    if (!URL.canParse(value)) return false
    const { protocol, username, password, search, hash } = new URL(value)
    return /^https?:$/.test(protocol) && username === '' && password === '' && search === '' && hash === ''
  }),
  v.transform((value) => value.replace(/\/+$/, '').replace(/\/api$/, ''))
)

/** Where JSON is posted to; what tells one receiver from another may be in the path or the query. */
const webhookUrl = v.pipe(
  v.string(),
  v.check((value) => {
    if (!URL.canParse(value)) return false
    const { protocol, username, password, hash } = new URL(value)
    return /^https?:$/.test(protocol) && username === '' && password === '' && hash === ''
  })
)

/** Odoo's base URL; the address of its pages is taken as well. */
const odooUrl = v.pipe(
  httpUrl,
  v.transform((value) => value.replace(/\/(?:odoo|web)$/, ''))
)

const timeZone = v.pipe(
  v.string(),
  v.check((value) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== ''
    } catch {
      return false
    }
  })
)

const commaSeparated = v.pipe(
  v.string(),
  v.transform((value) => value.split(',').map((entry) => entry.trim()))
)

const secrets = v.pipe(commaSeparated, v.array(v.pipe(v.string(), v.minLength(8))))

/** Base64 of 24 to 64 bytes, as Standard Webhooks asks for; with or without its prefix. */
const signingSecrets = v.pipe(
  commaSeparated,
  v.array(
    v.pipe(
      v.string(),
      v.transform((secret) => secret.replace(/^whsec_/, '')),
      v.regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
      v.check((secret) => {
        const { length } = Buffer.from(secret, 'base64')
        return length >= 24 && length <= 64
      })
    )
  )
)

const networks = v.pipe(commaSeparated, v.array(v.pipe(v.string(), v.check((entry) => networkProblem(entry) === undefined))))

/** Which entry of a list of networks is wrong, and why; nothing of a text that is no list of them. */
const wrongNetwork = (text: string): string | undefined => v.parse(commaSeparated, text).map(networkProblem).find((problem) => problem !== undefined)

/** `one=1, two=2` as an object. */
const pairs = (name: RegExp, value: RegExp) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.split(',').map((pair) => pair.split('=').map((part) => part.trim()))),
    v.check((list) => list.every(([left = '', right = '', ...rest]) => rest.length === 0 && name.test(left) && value.test(right))),
    v.transform((list): Readonly<Record<string, string>> => Object.fromEntries(list))
  )

interface Variable<Schema extends v.GenericSchema<string, unknown>> {
  readonly schema: Schema
  /** The text that counts when the variable is not set; `undefined` = required, `null` = may be missing. */
  readonly fallback: string | null | undefined
  readonly expected: string
  readonly example: string
  /** What is wrong with a text, in more detail. Never for a secret: it may quote the text. */
  readonly detail?: (text: string) => string | undefined
}

const variable = <Schema extends v.GenericSchema<string, unknown>, Fallback extends string | null | undefined>(
  schema: Schema,
  fallback: Fallback,
  expected: string,
  example: string,
  detail?: (text: string) => string | undefined
): Variable<Schema> & { readonly fallback: Fallback } => ({ schema, fallback, expected, example, ...(detail ? { detail } : {}) })

/** Every variable: its rule, its default, and what to say when it is wrong. `.env.example` is checked against it. */
export const variables = {
  HOST: variable(v.pipe(v.string(), v.minLength(1)), '127.0.0.1', 'an address to listen on', '0.0.0.0'),
  PORT: variable(integer(0, 65_535), '3000', 'a port from 0 to 65535', '3000'),
  LEDGER_PATH: variable(v.pipe(v.string(), v.minLength(1)), './data/ledger.db', 'the path of the SQLite file', './data/ledger.db'),
  PRESTASHOP_URL: variable(
    httpUrl,
    undefined,
    "the shop's base URL with http:// or https://, without user, query or fragment",
    'https://shop.example.com'
  ),
  PRESTASHOP_KEY: variable(
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{32}$/)),
    undefined,
    'the Webservice key of 32 letters and digits (back office, Advanced Parameters, Webservice)',
    'the 32 characters that the back office generated'
  ),
  PRESTASHOP_CONCURRENCY: variable(integer(1, 64), '4', 'how many records are worked on at once, 1 to 64', '4'),
  PRESTASHOP_TIMEOUT_MS: variable(integer(100, 600_000), '30000', 'milliseconds per call, 100 to 600000', '30000'),
  SHOP_TIMEZONE: variable(timeZone, null, 'an IANA time zone', 'Europe/Paris'),
  WEBHOOK_SECRET: variable(
    secrets,
    undefined,
    'a secret of at least 8 characters, or several separated by commas',
    'the output of: openssl rand -hex 32'
  ),
  WEBHOOK_SIGNING_SECRET: variable(
    signingSecrets,
    null,
    'a Standard Webhooks secret: whsec_ and base64 of 24 to 64 bytes, or several separated by commas',
    'whsec_ followed by the output of: openssl rand -base64 32'
  ),
  ALLOWED_IPS: variable(
    networks,
    null,
    'IP addresses and CIDR networks separated by commas, or nothing for everybody',
    '203.0.113.7, 2001:db8::/32',
    wrongNetwork
  ),
  TRUST_PROXY: variable(
    v.union([yesOrNo, integer(1, 10), networks]),
    'false',
    "true, false, the number of proxies (1 to 10), or the proxies' IP addresses and CIDR networks",
    '10.0.0.1',
    (text) => (/[.:/,]/.test(text) ? wrongNetwork(text) : undefined)
  ),
  RATE_LIMIT_PER_MINUTE: variable(integer(0, 1_000_000_000), '6000', 'requests per client and minute, 0 = no limit', '6000'),
  BODY_LIMIT_BYTES: variable(integer(1_024, 104_857_600), '1048576', 'bytes per request, 1024 to 104857600', '1048576'),
  REVERSE_SYNC_ENABLED: variable(flag, 'true', 'true or false', 'true'),
  ACK_WAIT_MS: variable(integer(0, 60_000), '700', 'milliseconds that an answer may wait, 0 to 60000', '700'),
  ODOO_QUIET_MS: variable(integer(0, 5_000), '500', 'milliseconds that a burst of native webhooks may pause, 0 to 5000', '500'),
  CONTACTS_AS_CUSTOMERS: variable(flag, 'true', 'true or false', 'true'),
  ORDER_STATE_MAP: variable(
    pairs(/^[\w.-]+$/, /\S/),
    'sale=processing,cancel=canceled',
    "Odoo's order states and the shop's (id, name or alias), as state=state, separated by commas",
    'sale=processing,cancel=canceled'
  ),
  ODOO_STATE_MAP: variable(
    pairs(/^[1-9]\d*$/, /^[A-Za-z0-9-]{1,7}$/),
    null,
    "ids of Odoo's states (res.country.state) and the shop's ISO codes, as id=code, separated by commas",
    '13=CA,41=NY'
  ),
  CREATE_ORDERS: variable(flag, 'false', 'true or false', 'true'),
  ORDER_PAYMENT_MODULE: variable(
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,255}$/)),
    'ps_wirepayment',
    'the name of a payment module that is installed in the shop',
    'ps_wirepayment'
  ),
  CONFLICT_POLICY: variable(
    v.picklist(POLICIES),
    'last-write-wins',
    'last-write-wins, odoo-wins or shop-wins',
    'last-write-wins'
  ),
  TRUST_SHOP_IDS: variable(flag, 'false', 'true or false', 'false'),
  MAX_ATTEMPTS: variable(integer(1, 1_000), '12', 'attempts per operation, 1 to 1000', '12'),
  RETENTION_DAYS: variable(integer(1, 3_650), '30', 'days, 1 to 3650', '30'),
  PASSWORD_RESET_MAIL: variable(flag, 'false', 'true or false', 'false'),
  SEND_ORDER_MAIL: variable(flag, 'false', 'true or false', 'false'),
  ODOO_WEBHOOK_URL: variable(
    webhookUrl,
    null,
    'the URL in Odoo that takes the events, with http:// or https://, without user and fragment',
    'https://odoo.example.com/prestashop/events'
  ),
  ODOO_WEBHOOK_SECRET: variable(
    v.pipe(v.string(), v.regex(/^(?!whsec_)[\x20-\x7e]{8,}$|^whsec_(?:[A-Za-z0-9+/]{4}){2,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)),
    null,
    'a secret of at least 8 characters in ASCII, or whsec_ and the secret in base64',
    'the output of: openssl rand -hex 32'
  ),
  ODOO_DELIVERY: variable(v.picklist(['batch', 'single']), 'batch', 'batch or single', 'batch'),
  OUTGOING_POLL_SECONDS: variable(integer(0, 86_400), '0', 'seconds between two looks at the shop, 0 to 86400; 0 = off', '30'),
  OUTGOING_SWEEP_HOURS: variable(integer(0, 8_760), '0', 'hours between two looks for deletions, 0 to 8760; 0 = off', '24'),
  DEBUG_WEBHOOK_URL: variable(
    webhookUrl,
    null,
    'a URL with http:// or https://, without user and password',
    'http://127.0.0.1:5000/webhook'
  ),
  ODOO_URL: variable(
    odooUrl,
    null,
    "Odoo's base URL with http:// or https://, without user, query or fragment",
    'https://mycompany.odoo.com'
  ),
  ODOO_DB: variable(v.pipe(v.string(), v.regex(/^[\w.-]+$/)), null, "the name of Odoo's database", 'mycompany'),
  ODOO_USER: variable(v.pipe(v.string(), v.minLength(1)), null, 'the login of the user whose key it is', 'bridge@example.com'),
  ODOO_API_KEY: variable(
    v.pipe(v.string(), v.minLength(8)),
    null,
    'an API key of that user (Odoo, Preferences, Account Security, New API Key)',
    'the 40 characters that Odoo showed once'
  ),
  ADMIN_TOKEN: variable(
    v.pipe(v.string(), v.minLength(16), v.regex(/^[A-Za-z0-9._~+/-]+=*$/)),
    null,
    'a token of at least 16 letters, digits and . _ ~ + / -',
    'the output of: openssl rand -hex 32'
  ),
  LOG_LEVEL: variable(
    v.picklist(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    'info',
    'trace, debug, info, warn, error, fatal or silent',
    'info'
  ),
  LOG_FORMAT: variable(v.picklist(['json', 'pretty']), null, 'json or pretty', 'json')
} as const

/** Variables that mean something only together: all or none. */
const together = ['ODOO_URL', 'ODOO_DB', 'ODOO_USER', 'ODOO_API_KEY'] as const

type Variables = typeof variables
type ValueOf<Entry> =
  Entry extends Variable<infer Schema>
    ? v.InferOutput<Schema> | (Entry extends { readonly fallback: null } ? undefined : never)
    : never

/** The whole configuration, typed and frozen, under the names of the variables. */
export type Config = { readonly [Name in keyof Variables]: ValueOf<Variables[Name]> }
export type ConflictPolicy = Config['CONFLICT_POLICY']

/**
 * Reads the configuration from an environment (`KEY → text`); an empty text counts as not set.
 * @throws ConfigError with one problem per wrong or missing variable.
 */
export const readConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, { schema, fallback, expected, example, detail }] of Object.entries<Variable<v.GenericSchema<string, unknown>>>(variables)) {
    const given = environment[name]?.trim()
    const text = given === undefined || given === '' ? fallback : given
    if (text === null) {
      values[name] = undefined
      continue
    }
    const parsed = text === undefined ? undefined : v.safeParse(schema, text)
    if (parsed?.success) values[name] = parsed.output
    else {
      const why = text === undefined ? undefined : detail?.(text)
      const what = `${text === undefined ? 'missing' : 'wrong'}${why === undefined ? '' : ` (${why})`}`
      problems.push(`${name} is ${what}: expected ${expected}; example: ${example}`)
    }
  }
  if (Number(values['OUTGOING_POLL_SECONDS'] ?? 0) > 0 && values['ODOO_WEBHOOK_URL'] === undefined) {
    const { expected, example } = variables.ODOO_WEBHOOK_URL
    problems.push(`ODOO_WEBHOOK_URL is missing, but OUTGOING_POLL_SECONDS is set: expected ${expected}; example: ${example}`)
  }
  const isGiven = (name: string): boolean => (environment[name]?.trim() ?? '') !== ''
  if (together.some(isGiven)) {
    for (const name of together.filter((one) => !isGiven(one))) {
      const { expected, example } = variables[name]
      problems.push(`${name} is missing (${together.join(', ')} go together): expected ${expected}; example: ${example}`)
    }
  }
  if (problems.length > 0) throw new ConfigError(problems)
  // Each value has just been parsed by the schema of its own name.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.freeze(values) as Config
}

/** What the machine or Node goes by; it may well stand in `.env`. */
const NOT_OURS = /^(?:TZ|NO_COLOR|FORCE_COLOR|NODE_\w+|COMPOSE_\w+|\w+_PROXY)$/i

/** The names in `.env` of the working directory that no variable has: probably misspelt. */
export const unknownNames = (): readonly string[] => {
  try {
    return Object.keys(parseEnv(readFileSync('.env', 'utf8'))).filter((name) => !Object.hasOwn(variables, name) && !NOT_OURS.test(name))
  } catch {
    return []
  }
}

/**
 * Reads `.env` of the working directory, when there is one, under the process's own environment.
 * @throws ConfigError
 */
export const loadConfig = (): Config => {
  try {
    process.loadEnvFile()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ENOENT') throw new ConfigError([`.env cannot be read (${String(code)}): it must be a file with lines NAME=value`])
  }
  return readConfig(process.env)
}
