import type { Ledger } from '../ledger/ledger.ts'
import type { ShopCall } from '../prestashop/client.ts'

/** Notes a call of the shop in the story of its operation; probes and reference data belong to none. */
export const noteCall = (ledger: Ledger, { operationId, method, resource, id, status, ms, error }: ShopCall): void => {
  if (operationId === undefined) return
  ledger.trail.call(operationId, {
    at: Date.now(),
    method,
    resource,
    id: id ?? null,
    status: status ?? null,
    ms: Math.round(ms),
    error_kind: error ?? null
  })
}
