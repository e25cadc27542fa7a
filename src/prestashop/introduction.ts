import { createWire } from './wire.ts'
import type { ClientOptions, WireAnswer } from './wire.ts'
import type { XmlNode } from './xml.ts'

/** Resource → the methods that a key may use, in upper case (`perm-root-readonly.txt`). */
export type Permissions = Record<string, ReadonlySet<string>>

/** What a shop tells of itself in its answer to `GET /api/`. */
export interface Introduction {
  /** Such as `9.1.4`; `undefined` when the shop does not tell. */
  readonly version: string | undefined
  readonly permissions: Permissions
  /** Whether it can change single fields: not before PrestaShop 8, whose list of permissions does not know PATCH. */
  readonly hasPatch: boolean
  /** Its clock, to the second, when it began to answer; `undefined` when it does not tell. */
  readonly time: Date | undefined
  /** When it was asked, and how many milliseconds it took. */
  readonly askedAt: Date
  readonly ms: number
}

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head'] as const

const resourcesIn = (answer: WireAnswer): readonly XmlNode[] =>
  answer === 'absent' ? [] : (answer.document?.children[0]?.children ?? [])

/** The permissions in the answer to `GET /api/`. */
export const permissionsIn = (answer: WireAnswer): Permissions =>
  Object.fromEntries(
    resourcesIn(answer).map(({ name, attributes }) => [
      name,
      new Set(methods.filter((method) => attributes[method] === 'true').map((method) => method.toUpperCase()))
    ])
  )

const majorOf = (version: string | undefined): number | undefined => {
  const major = /^\d+(?=\.)/.exec(version ?? '')?.[0]
  return major === undefined || major === '0' ? undefined : Number(major)
}

/** PHP's own clock (`Access-Time`); a cache in front of the shop may have set `Date`. */
const timeIn = (headers: Headers): Date | undefined => {
  const seconds = headers.get('access-time') ?? ''
  const time = /^\d{9,11}$/.test(seconds) ? Number(seconds) * 1000 : Date.parse(headers.get('date') ?? '')
  return Number.isFinite(time) ? new Date(time) : undefined
}

/**
 * Asks a shop for what it tells of itself; one call.
 * @throws PrestashopError
 */
export const askIntroduction = async (options: ClientOptions): Promise<Introduction> => {
  const send = createWire(options)
  const askedAt = new Date()
  const started = performance.now()
  const answer = await send({ method: 'GET', resource: '' })
  const ms = performance.now() - started
  const headers = answer === 'absent' ? new Headers() : answer.headers
  const version = headers.get('psws-version') ?? undefined
  const resources = resourcesIn(answer)
  const major = majorOf(version)
  return {
    version: major === undefined ? undefined : version,
    permissions: permissionsIn(answer),
    hasPatch: resources.length > 0 ? resources.some(({ attributes }) => 'patch' in attributes) : major === undefined || major >= 8,
    time: timeIn(headers),
    askedAt,
    ms
  }
}
