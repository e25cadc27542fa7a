import * as v from 'valibot'

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

const flag = v.pipe(
  v.string(),
  v.transform((value) => value.toLowerCase()),
  v.picklist(['true', 'false', '1', '0']),
  v.transform((value) => value === 'true' || value === '1')
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

const secrets = v.pipe(
  v.string(),
  v.transform((value) => value.split(',').map((secret) => secret.trim())),
  v.array(v.pipe(v.string(), v.minLength(8)))
)

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
}

const variable = <Schema extends v.GenericSchema<string, unknown>, Fallback extends string | null | undefined>(
  schema: Schema,
  fallback: Fallback,
  expected: string,
  example: string
): Variable<Schema> & { readonly fallback: Fallback } => ({ schema, fallback, expected, example })

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
  BODY_LIMIT_BYTES: variable(integer(1_024, 104_857_600), '1048576', 'bytes per request, 1024 to 104857600', '1048576'),
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
  CONFLICT_POLICY: variable(
    v.picklist(['last-write-wins', 'odoo-wins', 'shop-wins']),
    'last-write-wins',
    'last-write-wins, odoo-wins or shop-wins',
    'last-write-wins'
  ),
  TRUST_SHOP_IDS: variable(flag, 'false', 'true or false', 'false'),
  MAX_ATTEMPTS: variable(integer(1, 1_000), '12', 'attempts per operation, 1 to 1000', '12'),
  RETENTION_DAYS: variable(integer(1, 3_650), '30', 'days, 1 to 3650', '30'),
  PASSWORD_RESET_MAIL: variable(flag, 'false', 'true or false', 'false'),
  SEND_ORDER_MAIL: variable(flag, 'false', 'true or false', 'false'),
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
  for (const [name, { schema, fallback, expected, example }] of Object.entries(variables)) {
    const given = environment[name]?.trim()
    const text = given === undefined || given === '' ? fallback : given
    if (text === null) {
      values[name] = undefined
      continue
    }
    const parsed = text === undefined ? undefined : v.safeParse(schema, text)
    if (parsed?.success) values[name] = parsed.output
    else problems.push(`${name} is ${text === undefined ? 'missing' : 'wrong'}: expected ${expected}; example: ${example}`)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  // Each value has just been parsed by the schema of its own name.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.freeze(values) as Config
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
