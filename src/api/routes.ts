import { Hono } from 'hono'
import type { Metrics } from '../metrics/metrics.ts'
import { describe } from '../openapi/describe.ts'
import { documentationRoutes } from '../openapi/routes.ts'
import { healthRoutes, type HealthOptions } from './health.ts'
import { operationRoutes } from './operations.ts'
import { statsRoutes } from './stats.ts'

export interface ApiOptions extends HealthOptions {
  /** The app that all routes are in: what is described. */
  readonly app: Hono
  readonly metrics: Metrics
}

/**
 * What people and programs ask the server: health, operations, figures, metrics and their description. The admin guard
 * of `/api/*` and `/metrics` must be in the app before.
 */
export const apiRoutes = ({ app, ledger, sync, shopWatch, metrics }: ApiOptions): Hono =>
  new Hono()
    .route('/', healthRoutes({ ledger, sync, shopWatch }))
    .route('/', operationRoutes(ledger))
    .route('/', statsRoutes(ledger))
    .route('/', metricsRoutes(metrics))
    .route('/', documentationRoutes(app))

const metricsRoutes = (metrics: Metrics): Hono =>
  new Hono().get(
    '/metrics',
    describe({
      summary: 'Give the metrics to Prometheus',
      tag: 'server',
      access: 'admin',
      answers: { 200: { description: 'the metrics in the text format', media: 'text/plain' } }
    }),
    async (context) => {
      const { contentType, text } = await metrics.scrape()
      return context.body(text, 200, { 'content-type': contentType })
    }
  )
