import { checkInput } from './check-input.ts'
import { readWholeRecord, textsOfInput, writeRecord } from './codec.ts'
import { PrestashopError } from './errors.ts'
import type { RecordInput, ShopRecord } from './record.ts'
import { createSnapshot } from '../snapshot.ts'
import type { Snapshot } from '../snapshot.ts'
import type { CallContext, Send, WireAnswer } from './wire.ts'
import type { XmlNode } from './xml.ts'

/** An hour: a synopsis changes with the version of the shop. */
const synopsisMs = 3_600_000

const isReadOnly = (node: XmlNode): boolean =>
  node.attributes['readOnly'] === 'true' || node.attributes['read_only'] === 'true'

/** The first entity of an answer; the root of a document has no other children. */
const entityOf = (document: XmlNode | undefined): XmlNode | undefined => document?.children[0]

/** The fields and associations that the shop refuses when they are sent (`customers-schema-synopsis.txt`). */
const readOnlyNames = (synopsis: XmlNode | undefined): ReadonlySet<string> =>
  new Set(
    (synopsis?.children ?? [])
      .flatMap((node) => (node.name === 'associations' ? node.children : [node]))
      .filter(isReadOnly)
      .map((node) => node.name)
  )

const without = <T>(values: Readonly<Record<string, T>>, names: ReadonlySet<string>): Record<string, T> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name)))

const merge = (record: ShopRecord, input: RecordInput, readOnly: ReadonlySet<string>): Required<RecordInput> => ({
  fields: { ...without(record.fields, readOnly), ...input.fields },
  languages: { ...without(record.languages, readOnly), ...input.languages },
  associations: { ...without(record.associations, readOnly), ...input.associations }
})

/**
 * Changes a record of a shop without PATCH: the whole record is read, merged and put back, since a PUT empties
 * whatever it leaves out (`customers-put-minimal-get.txt`). What somebody else writes in between is lost.
 */
export const createReplace = (send: Send) => {
  const synopses = new Map<string, Snapshot<XmlNode | undefined>>()
  const synopsisOf = (resource: string): Promise<XmlNode | undefined> => {
    const load = async (): Promise<XmlNode | undefined> => {
      const answer = await send({ method: 'GET', resource, parameters: new URLSearchParams({ schema: 'synopsis' }) })
      return answer === 'absent' ? undefined : entityOf(answer.document)
    }
    const kept = synopses.get(resource) ?? createSnapshot(load, synopsisMs)
    synopses.set(resource, kept)
    return kept.read()
  }

  return async (resource: string, id: number, input: RecordInput, context?: CallContext): Promise<WireAnswer> => {
    const readOnly = readOnlyNames(await synopsisOf(resource))
    const about = { method: 'PUT', resource, id }
    if (resource === 'customers' && readOnly.has('secure_key')) {
      throw new PrestashopError('a customer cannot be replaced without losing its secure_key', {
        ...about,
        kind: 'misconfigured',
        advice: 'Let PATCH through to the Webservice of the shop',
        blocked: { resource, method: 'PATCH' },
        sent: false
      })
    }
    const answer = await send({ method: 'GET', resource, id, mayBeAbsent: true }, context)
    if (answer === 'absent') {
      throw new PrestashopError('no such record', { ...about, kind: 'permanent', notFound: true, sent: false })
    }
    const node = entityOf(answer.document)
    const record = node && readWholeRecord(node)
    if (!record) {
      throw new PrestashopError('the answer holds no record', { ...about, kind: 'transient', sent: false })
    }
    const whole = merge(record, input, readOnly)
    checkInput('PUT', resource, id, whole)
    return send(
      { method: 'PUT', resource, id, body: writeRecord(resource, id, whole), values: textsOfInput(whole) },
      context
    )
  }
}
