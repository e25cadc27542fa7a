import type { Hono } from 'hono'
import { generateSpecs } from 'hono-openapi'
import manifest from '../../package.json' with { type: 'json' }
import { tags } from './describe.ts'

/** The OpenAPI 3.1 document of a server. */
export type ApiDocument = Awaited<ReturnType<typeof generateSpecs>>

/** Describes all routes that an app has now, from their own descriptions. */
export const documentOf = (app: Hono): Promise<ApiDocument> =>
  generateSpecs(app, {
    excludeStaticFile: false,
    defaultValidationErrorResponse: false,
    documentation: {
      openapi: '3.1.0',
      info: { title: manifest.name, version: manifest.version, description: manifest.description, license: { name: manifest.license, identifier: manifest.license } },
      servers: [{ url: '/' }],
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          webhookSecret: { type: 'apiKey', in: 'header', name: 'X-Webhook-Secret', description: 'One of WEBHOOK_SECRET' },
          webhookPassword: { type: 'http', scheme: 'basic', description: 'One of WEBHOOK_SECRET as the password of any user' },
          adminToken: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN, or the session of a login; without a token only this machine is answered' }
        }
      }
    }
  })
