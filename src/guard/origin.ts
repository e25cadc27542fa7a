import type { Context } from 'hono'
import { isHttps } from './sessions.ts'

/** This server as whoever asks reaches it, such as `https://bridge.example.com`. */
export const originOf = (context: Context): string => `${isHttps(context) ? 'https' : 'http'}://${new URL(context.req.url).host}`
