import { asException, classifyAnswer } from './classify.ts'
import type { Execute } from './protocol.ts'
import type { OdooConnection, Send } from './wire.ts'

/** What `create` and `write` call their values (odoo/orm/models.py). */
const valuesName: Readonly<Record<string, string>> = { create: 'vals_list', write: 'vals' }

/**
 * Odoo 19 and later: `POST /json/2/<model>/<method>`, all arguments by name, errors by HTTP status
 * ("External JSON-2 API" of the documentation; addons/rpc/controllers/json2.py).
 */
export const createJson2 = ({ db, key }: OdooConnection, send: Send): Execute => async (call, { ids, values, named = {} }) => {
  const name = values === undefined ? undefined : (valuesName[call.method] ?? 'values')
  const answer = await send(call, {
    path: `/json/2/${call.model}/${call.method}`,
    headers: { authorization: `bearer ${key}`, 'x-odoo-database': db },
    body: { ...(ids === undefined ? {} : { ids }), ...(name === undefined ? {} : { [name]: values }), ...named }
  })
  if (answer.status === 200 && 'json' in answer) return answer.json
  throw classifyAnswer(call, answer, answer.status === 200 ? undefined : asException(answer.json))
}
