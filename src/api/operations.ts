import { Hono } from 'hono'
import * as v from 'valibot'
import type { Ledger } from '../ledger/ledger.ts'
import type { Operation } from '../ledger/operation.ts'
import { describe, ledgerUnavailable, refused } from '../openapi/describe.ts'
import { filterOf, listSchema, retryAllSchema, retrySchema } from './filters.ts'
import { pageOf, retryFailed } from './find.ts'
import { detailOf, detailSchema, rowOf, rowSchema } from './operation.ts'
import { query, readOptions } from '../openapi/request.ts'

const pageSchema = v.strictObject({
  operations: v.array(rowSchema),
  next_cursor: v.pipe(v.nullable(v.string()), v.description('null: this is the last page'))
})

const retriedSchema = v.strictObject({
  success: v.literal(true),
  operation_id: v.string(),
  status: v.literal('pending'),
  status_url: v.string()
})

const retriedAllSchema = v.strictObject({ success: v.literal(true), retried: v.pipe(v.number(), v.integer()) })

const unknownOperation = refused('there is no such operation', 'No such operation')
const wrongRequest = refused('a parameter or the body is wrong; `issues` name which', 'status must be one of pending, processing, success, failed')
const tooLarge = refused('the body is too large', 'The body is larger than 10000 bytes')

/** What has become of the webhooks, and another attempt for those that failed. */
export const operationRoutes = (ledger: Ledger): Hono => {
  const app = new Hono()

  app.get(
    '/api/operations',
    describe({
      summary: 'List operations, newest first',
      description: 'Nothing of a payload is listed. An email address, reference or code is found only as a whole: the ledger holds keyed hashes of them.',
      tag: 'operations',
      access: 'admin',
      answers: { 200: { description: 'one page', schema: pageSchema }, 400: wrongRequest, 503: ledgerUnavailable }
    }),
    query(listSchema),
    async (context) => {
      const { operations, nextCursor } = await pageOf(ledger, context.req.valid('query'))
      return context.json({ operations: operations.map(rowOf), next_cursor: nextCursor })
    }
  )

  app.post(
    '/api/operations/retry',
    describe({
      summary: 'Try all failed operations again',
      description: 'Those that the filters leave; without filters really all of them.',
      tag: 'operations',
      access: 'admin',
      body: {
        schema: retryAllSchema,
        required: false,
        examples: { coupons: { entity_type: 'coupon' }, today: { received_from: '2026-01-31T00:00:00Z' } }
      },
      answers: {
        200: { description: 'how many are pending again', schema: retriedAllSchema, examples: { retried: { success: true, retried: 12 } } },
        400: wrongRequest,
        413: tooLarge,
        503: ledgerUnavailable
      }
    }),
    async (context) => {
      const read = await readOptions(context, retryAllSchema)
      if ('refused' in read) return read.refused
      const retried = await retryFailed(ledger, filterOf(read.options), read.options.force)
      return context.json({ success: true, retried })
    }
  )

  app.get(
    '/api/operations/:operation_id',
    describe({
      summary: 'Tell the story of one operation',
      description: 'The `status_url` of an answer. Its payload is shown with secrets masked; it holds personal data.',
      tag: 'operations',
      access: 'admin',
      answers: { 200: { description: 'the operation', schema: detailSchema }, 404: unknownOperation, 503: ledgerUnavailable }
    }),
    (context) => {
      const operation = ledger.find(context.req.param('operation_id'))
      return operation ? context.json(detailOf(operation, ledger)) : context.json({ success: false, error: 'No such operation' }, 404)
    }
  )

  app.post(
    '/api/operations/:operation_id/retry',
    describe({
      summary: 'Try one operation again',
      description: 'One that failed; with `force` also one that succeeded (a shop restored from a backup).',
      tag: 'operations',
      access: 'admin',
      body: { schema: retrySchema, required: false, examples: { forced: { force: true } } },
      answers: {
        200: {
          description: 'it is pending again',
          schema: retriedSchema,
          examples: {
            retried: { success: true, operation_id: 'op_0mh3k5v2a4f0', status: 'pending', status_url: '/api/operations/op_0mh3k5v2a4f0' }
          }
        },
        400: wrongRequest,
        404: unknownOperation,
        409: refused('it cannot be tried again', 'It has not failed; to write it all the same, send {"force": true}'),
        413: tooLarge,
        503: ledgerUnavailable
      }
    }),
    async (context) => {
      const operationId = context.req.param('operation_id')
      const read = await readOptions(context, retrySchema)
      if ('refused' in read) return read.refused
      const operation = ledger.find(operationId)
      if (!operation) return context.json({ success: false, error: 'No such operation' }, 404)
      if (ledger.retry(operationId, { force: read.options.force ?? false })) {
        return context.json({ success: true, operation_id: operationId, status: 'pending', status_url: `/api/operations/${operationId}` })
      }
      return context.json({ success: false, error: whyNot(operation) }, 409)
    }
  )
  return app
}

const whyNot = ({ status, source_payload }: Operation): string => {
  if (source_payload === null) return 'Its payload is gone after RETENTION_DAYS: have Odoo send it again'
  if (status === 'success') return 'It has not failed; to write it all the same, send {"force": true}'
  return 'It is going to be tried already'
}
