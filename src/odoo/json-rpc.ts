import * as v from 'valibot'
import { createSnapshot } from '../snapshot.ts'
import { asException, type Call, classifyAnswer } from './classify.ts'
import { OdooError } from './errors.ts'
import type { Execute } from './protocol.ts'
import type { OdooConnection, Send } from './wire.ts'

const envelope = v.union([
  v.object({ error: v.object({ data: v.optional(v.unknown()) }) }),
  v.object({ jsonrpc: v.literal('2.0'), result: v.optional(v.unknown(), null) })
])

/** One call of a service of `/jsonrpc`; Odoo answers errors with 200 (odoo/http.py, `JsonRPCDispatcher`). */
const callService = async (send: Send, call: Call, service: string, method: string, args: readonly unknown[]): Promise<unknown> => {
  const answer = await send(call, {
    path: '/jsonrpc',
    body: { jsonrpc: '2.0', method: 'call', params: { service, method, args }, id: 1 }
  })
  const parsed = v.safeParse(envelope, answer.json)
  if (!parsed.success) throw classifyAnswer(call, answer)
  if ('error' in parsed.output) throw classifyAnswer(call, answer, asException(parsed.output.error.data) ?? { name: 'unknown', message: '' })
  return parsed.output.result
}

/** A call that needs no login, such as `version`. @throws OdooError */
export const commonCall = (send: Send, method: string, args: readonly unknown[]): Promise<unknown> =>
  callService(send, { model: 'common', method }, 'common', method, args)

const LOGIN_KEPT_MS = 3_600_000

/**
 * Odoo 17 and 18: `object.execute_kw` over `/jsonrpc` ("External API" of their documentation), the API key in the
 * place of the password. `create` takes its values by position only (odoo/api.py, `call_kw`).
 */
export const createJsonRpc = ({ db, user, key }: OdooConnection, send: Send): Execute => {
  const login = createSnapshot(async () => {
    const uid = await commonCall(send, 'authenticate', [db, user, key, {}])
    if (typeof uid === 'number') return uid
    throw new OdooError('the login is refused', {
      model: 'common',
      method: 'authenticate',
      kind: 'misconfigured',
      advice: 'Check ODOO_USER, and that ODOO_API_KEY is a key of that user in the database ODOO_DB'
    })
  }, LOGIN_KEPT_MS)

  return async (call, { ids, values, named = {} }) => {
    const args = [...(ids === undefined ? [] : [ids]), ...(values === undefined ? [] : [values])]
    return callService(send, call, 'object', 'execute_kw', [db, await login.read(), key, call.model, call.method, args, named])
  }
}
