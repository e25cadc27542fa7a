import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { asOdooId, type OdooId } from '../../src/ledger/ids.ts'
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts'
import type { NewOperation } from '../../src/ledger/operation.ts'

/** A path for a ledger in a folder that goes when the test ends. */
export const temporaryLedgerPath = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'data', 'ledger.db')
}

/** An open ledger on a real file; closed when the test ends. */
export const temporaryLedger = (path = temporaryLedgerPath()): Ledger => {
  const ledger = openLedger({ path, as: 'server' })
  onTestFinished(() => ledger.close())
  return ledger
}

export const odooId = (value: number): OdooId => {
  const id = asOdooId(value)
  if (id === undefined) throw new Error(`${value} is no Odoo id`)
  return id
}

/** A webhook as the inbox hands it to the ledger. */
export const newOperation = (given: Partial<NewOperation> = {}): NewOperation => ({
  event_id: null,
  entity_type: 'customer',
  odoo_model: 'res.partner',
  odoo_id: odooId(1),
  action_type: 'updated',
  source: 'odoo',
  source_payload: '{"data":{}}',
  payload_hash: 'hash',
  received_at: Date.now(),
  source_timestamp: Date.now(),
  recognisable: false,
  ...given
})
