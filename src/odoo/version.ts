import * as v from 'valibot'
import { OdooError } from './errors.ts'
import { commonCall } from './json-rpc.ts'
import type { Send } from './wire.ts'

export interface OdooVersion {
  /** 17, 18, 19 … */
  readonly major: number
  /** As Odoo writes it, such as `19.0-20261101` or `saas~18.2+e`. */
  readonly text: string
}

/** The first Odoo that sends webhooks. */
const FIRST_WITH_WEBHOOKS = 17
/** The first Odoo with the JSON-2 API; JSON-RPC is deprecated from there on. */
const FIRST_WITH_JSON2 = 19

/** `(19, 0, 0, 'final', 0, '')`; on Odoo Online the first is a text such as `saas~18` (odoo/release.py). */
const series = v.pipe(
  v.looseTuple([v.union([v.number(), v.string()])]),
  v.transform(([first]) => Number(/\d+$/.exec(String(first))?.[0])),
  v.integer()
)

const since19 = v.object({ version_info: series, version: v.string() })
const before19 = v.object({ server_version_info: series, server_version: v.string() })

export const hasJson2 = ({ major }: OdooVersion): boolean => major >= FIRST_WITH_JSON2

/** Whether webhooks are sent only after the commit; before, they may tell of what is never stored (odoo/odoo PR 216018). */
export const announcesAfterCommit = ({ major }: OdooVersion): boolean => major >= 19

const call = { model: 'common', method: 'version' }

/**
 * Asks an Odoo for its version: `GET /web/version` answers from 19.0 on (addons/rpc/controllers), `common.version` over
 * `/jsonrpc` before (odoo/service/common.py, `exp_version`). Neither needs a key or a database.
 * @throws OdooError; `misconfigured` for an Odoo that has no webhooks yet
 */
export const readVersion = async (send: Send): Promise<OdooVersion> => {
  const version = (await ask19(send)) ?? (await askBefore19(send))
  if (version.major >= FIRST_WITH_WEBHOOKS) return version
  throw new OdooError(`Odoo ${version.text} sends no webhooks`, {
    ...call,
    kind: 'misconfigured',
    advice: `Odoo ${FIRST_WITH_WEBHOOKS} or later is needed`
  })
}

const ask19 = async (send: Send): Promise<OdooVersion | undefined> => {
  const { status, json } = await send(call, { path: '/web/version' })
  const parsed = status === 200 ? v.safeParse(since19, json) : undefined
  return parsed?.success ? { major: parsed.output.version_info, text: parsed.output.version } : undefined
}

const askBefore19 = async (send: Send): Promise<OdooVersion> => {
  const parsed = v.safeParse(before19, await commonCall(send, 'version', []))
  if (parsed.success) return { major: parsed.output.server_version_info, text: parsed.output.server_version }
  throw new OdooError('told no version', { ...call, kind: 'misconfigured', advice: 'Check ODOO_URL: is Odoo at that address?' })
}
