import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'

export const SECRET = 'a secret for the benchmark'

/** The first Odoo id of the benchmark; all have the same number of digits. */
export const FIRST_ID = 10_000_000

const SAMPLE = join(import.meta.dirname, '..', '..', 'fixtures', 'webhooks', '02-customer-updated.json')

const sampleSchema = v.looseObject({ entity_id: v.number(), data: v.looseObject({ id: v.number() }) })

/** The sample customer webhook; `change` makes it another one. */
export const sampleCustomer = (change: { readonly [key: string]: unknown } = {}) => ({
  ...v.parse(sampleSchema, JSON.parse(readFileSync(SAMPLE, 'utf8'))),
  ...change
})

const answerSchema = v.looseObject({ success: v.boolean() })

/**
 * Posts webhooks as one request.
 * @throws Error when they are not taken
 */
export const post = async (url: string, body: unknown): Promise<Record<string, unknown>> => {
  const response = await fetch(`${url}/webhooks/odoo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
    body: JSON.stringify(body)
  })
  const answer = v.parse(answerSchema, await response.json())
  if (!answer.success) throw new Error(`a webhook was refused with ${response.status}: ${JSON.stringify(answer)}`)
  return answer
}
