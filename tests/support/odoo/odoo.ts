import { serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { onTestFinished } from 'vitest'
import { OdooDatabase } from './database.ts'
import { isValues, type Values } from './domain.ts'
import { accessDenied, accessError, httpError, OdooException, valueError } from './exceptions.ts'
import type { Version } from './schema.ts'

export interface OdooOptions {
  readonly version: Version
  /** Models whose app is not installed. */
  readonly without?: readonly string[]
  /** When it ends: after the test, unless it runs beside others. */
  readonly until?: (close: () => void) => void
}

interface Request {
  readonly path: string
  readonly model: string
  readonly method: string
  readonly named: Values
  readonly headers: Headers
}

export interface OdooSandbox {
  readonly url: string
  readonly db: string
  readonly user: string
  readonly key: string
  readonly database: OdooDatabase
  /** The calls of models' methods so far. */
  readonly requests: readonly Request[]
  /** `<model> <method>` of the calls since the last time. */
  readonly calls: () => string[]
  /** Answers every request itself, unless `answer` says `undefined`. */
  readonly answerAlways: (answer: () => Response | undefined) => void
  /** Answers the next requests to any address itself. */
  readonly answerNext: (...answers: (() => Response | Promise<Response>)[]) => void
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const namesOf = (value: unknown): string[] => listOf(value).map(String)
const versionTexts: Record<Version, { info: unknown[]; text: string }> = {
  17: { info: [17, 0, 0, 'final', 0, ''], text: '17.0' },
  18: { info: ['saas~18', 2, 0, 'final', 0, ''], text: 'saas~18.2+e' },
  19: { info: [19, 0, 0, 'final', 0, ''], text: '19.0-20261101' }
}

/** One method of a model, with its arguments by name, as both protocols mean it. */
const execute = (database: OdooDatabase, model: string, method: string, ids: readonly number[], named: Values): unknown => {
  if (database.forbidden.has(model)) throw accessError(model, method)
  const context = isValues(named['context']) ? named['context'] : {}
  switch (method) {
    case 'read':
      if (named['load'] !== null) throw new Error('the sandbox reads with load=None only')
      return database.read(model, ids, namesOf(named['fields']), context)
    case 'search_read': {
      const found = database.search(model, listOf(named['domain']), context)
      return database.read(model, found.slice(0, Number(named['limit'] ?? found.length)), namesOf(named['fields']), context)
    }
    case 'fields_get':
      return Object.fromEntries(
        Object.entries(database.fieldsOf(model))
          .filter(([name]) => !database.forbidden.has(`${model}.${name}`))
          .map(([name, { type, relation, store }]) => [name, { type, store, ...(relation === undefined ? {} : { relation }) }])
      )
    case 'create':
      return listOf(named['vals_list']).map((values) => database.create(model, isValues(values) ? values : {}))
    case 'write':
      database.write(model, ids, isValues(named['vals']) ? named['vals'] : {})
      return true
    case 'unlink':
      database.unlink(model, ids)
      return true
    case 'context_get':
      return { lang: 'en_US', tz: 'UTC', uid: UID }
    default:
      throw httpError('NotFound', `The method '${model}.${method}' does not exist`)
  }
}

const UID = 7

/**
 * An Odoo with the demo user `bridge`, on a port until the test is over: `/json/2` and `/web/version` as 19.0 has them,
 * `/jsonrpc` as all have it.
 */
export const startOdoo = async ({ version, without = [], until = onTestFinished }: OdooOptions): Promise<OdooSandbox> => {
  const database = new OdooDatabase(version, without)
  const [db, user, key] = ['mycompany', 'bridge@example.com', '6578616d706c65206a736f6e20617069206b6579']
  const requests: Request[] = []
  const prepared: (() => Response | Promise<Response>)[] = []
  let always: (() => Response | undefined) | undefined
  const app = new Hono()
  const { info, text } = versionTexts[version]
  const run = (context: Context, model: string, method: string, ids: readonly number[], named: Values): unknown => {
    requests.push({ path: context.req.path, model, method, named, headers: context.req.raw.headers })
    return execute(database, model, method, ids, named)
  }

  app.use(async (_, next) => {
    const answer = prepared.shift()
    return answer ? answer() : (always?.() ?? next())
  })
  if (version === 19) {
    app.get('/web/version', (context) => context.json({ version_info: info, version: text }))
    app.post('/json/2/:model/:method', async (context) => {
      if (context.req.header('x-odoo-database') !== db) return context.html('<h1>Not Found</h1>', 404)
      try {
        if (context.req.header('authorization') !== `bearer ${key}`) throw httpError('Unauthorized', 'Invalid apikey')
        const { model, method } = context.req.param()
        if (!database.has(model)) throw httpError('NotFound', `the model '${model}' does not exist`)
        const body: unknown = await context.req.json()
        const { ids, ...named } = isValues(body) ? body : {}
        return context.json(run(context, model, method, listOf(ids).map(Number), named) ?? null)
      } catch (error) {
        if (!(error instanceof OdooException)) throw error
        return new Response(JSON.stringify(error.body()), { status: error.status, headers: { 'content-type': 'application/json' } })
      }
    })
  }
  app.post('/jsonrpc', async (context) => {
    const body: unknown = await context.req.json()
    const parameters = isValues(body) && isValues(body['params']) ? body['params'] : {}
    const args = listOf(parameters['args'])
    const object = (): unknown => {
      const [database_, uid, password, model, method, positional, keywords] = args
      if (database_ !== db) throw new OdooException('psycopg2.OperationalError', `FATAL:  database "${String(database_)}" does not exist`, 500)
      if (uid !== UID || password !== key) throw accessDenied()
      if (!database.has(String(model))) throw new OdooException('odoo.exceptions.UserError', `Object ${String(model)} doesn't exist`, 422)
      const rest = listOf(positional)
      const isOnRecords = ['read', 'write', 'unlink'].includes(String(method))
      const ids = isOnRecords ? listOf(rest.shift()).map(Number) : []
      if (method === 'create' && rest.length === 0) throw valueError("create() missing 1 required positional argument: 'vals_list'")
      const values = rest[0]
      const byPosition = values === undefined ? {} : method === 'create' ? { vals_list: values } : { vals: values }
      return run(context, String(model), String(method), ids, { ...byPosition, ...(isValues(keywords) ? keywords : {}) })
    }
    const dispatch = (): unknown => {
      if (parameters['service'] === 'object') return object()
      if (parameters['method'] === 'version') return { server_version: text, server_version_info: info, server_serie: '', protocol_version: 1 }
      const [database_, login, password] = args
      if (database_ !== db) throw new OdooException('psycopg2.OperationalError', `FATAL:  database "${String(database_)}" does not exist`, 500)
      return login === user && password === key ? UID : false
    }
    try {
      return context.json({ jsonrpc: '2.0', id: 1, result: dispatch() })
    } catch (error) {
      if (!(error instanceof OdooException)) throw error
      const code = version === 19 ? 0 : 200
      return context.json({ jsonrpc: '2.0', id: 1, error: { code, message: 'Odoo Server Error', data: error.body() } })
    }
  })

  const url = await new Promise<string>((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0, overrideGlobalObjects: false }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}`)
    )
    until(() => {
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
    })
  })
  let seen = 0
  return {
    url,
    db,
    user,
    key,
    database,
    requests,
    calls: () => {
      const calls = requests.slice(seen).map(({ model, method }) => `${model} ${method}`)
      seen = requests.length
      return calls
    },
    answerAlways: (answer) => {
      always = answer
    },
    answerNext: (...answers) => {
      prepared.push(...answers)
    }
  }
}

/** The variables of a bridge that uses this Odoo's API. */
export const apiOf = ({ url, db, user, key }: OdooSandbox): Record<string, string> => ({ ODOO_URL: url, ODOO_DB: db, ODOO_USER: user, ODOO_API_KEY: key })
