import type { Config } from '../config.ts'
import type { Introduction } from '../prestashop/introduction.ts'
import { type Method, type NeededRights, neededRights } from '../sync/needed-rights.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

const WHERE = 'Advanced Parameters > Webservice > the key'

interface Missing {
  readonly resource: string
  readonly methods: readonly Method[]
}

/** PrestaShop 1.7 has no PATCH: the whole record is put back. */
const methodsIn = (methods: readonly Method[], hasPatch: boolean): Method[] =>
  methods.map((method) => (method === 'PATCH' && !hasPatch ? 'PUT' : method))

const missingOf = (group: readonly NeededRights[], { permissions, hasPatch }: Introduction): Missing[] =>
  group
    .flatMap(({ resources, methods }) => resources.map((resource) => ({ resource, methods: methodsIn(methods, hasPatch) })))
    .map(({ resource, methods }) => ({ resource, methods: methods.filter((method) => !permissions[resource]?.has(method)) }))
    .filter(({ methods }) => methods.length > 0)

const list = (missing: readonly Missing[]): string => missing.map(({ resource, methods }) => `${methods.join(', ')} on ${resource}`).join('; ')

/** Whether the key may write nothing of a group: that was meant so. */
const isLeftOut = (group: readonly NeededRights[], { permissions, hasPatch }: Introduction): boolean => {
  const writes = group.flatMap(({ resources, methods }) =>
    resources.map((resource) => ({ resource, writing: methodsIn(methods, hasPatch).filter((method) => method !== 'GET') }))
  )
  return (
    writes.some(({ writing }) => writing.length > 0) &&
    writes.every(({ resource, writing }) => writing.every((method) => !permissions[resource]?.has(method)))
  )
}

const checkGroup = (purpose: string, group: readonly NeededRights[], introduction: Introduction): Finding[] => {
  const missing = missingOf(group, introduction)
  if (missing.length === 0) return []
  const message = `${purpose}: the key lacks ${list(missing)}`
  if (group.every(({ without }) => without === 'ok')) return [ok('rights', message)]
  const tick = `Tick ${missing.length === 1 ? 'it' : 'them'} in ${WHERE}`
  if (isLeftOut(group, introduction)) return [warning('rights', message, `Fine if Odoo sends no such webhooks, they would wait. Otherwise: ${tick}`)]
  if (group.every(({ without }) => without === 'warning')) return [warning('rights', message, tick)]
  const fromBefore = introduction.hasPatch && missing.some(({ resource, methods }) => methods.includes('PATCH') && introduction.permissions[resource]?.has('PUT'))
  return [problem('rights', message, fromBefore ? `${tick}; PUT does not stand in for PATCH` : tick)]
}

/** What the key lacks, by what it is needed for. */
export const checkRights = (introduction: Introduction, config: Pick<Config, 'OUTGOING_POLL_SECONDS'>): Finding[] => {
  const inUse = neededRights.filter(({ setting }) => setting === undefined || config[setting] > 0)
  const groups = Map.groupBy(inUse, ({ purpose }) => purpose)
  const findings = [...groups].flatMap(([purpose, group]) => checkGroup(purpose, group, introduction))
  return findings.some(({ level }) => level !== 'ok') ? findings : [ok('rights', 'the key may do all that is needed'), ...findings]
}
