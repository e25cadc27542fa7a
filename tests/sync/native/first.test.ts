import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'vitest'
import { recordingsOf, startNative, readRecording } from '../../support/native.ts'

const index = readFileSync(new URL('../../../fixtures/recordings/odoo/INDEX.md', import.meta.url), 'utf8')
const slug = (s: string) => s.replace(/[^A-Za-z0-9.]+/g, '-').replace(/^-|-$/g, '')

test.each(['17','19'])('probe %s', { timeout: 120_000 }, async (version) => {
  const b = await startNative({ config: { ODOO_STATE_MAP: '13=CA', LOG_LEVEL: 'silent' } })
  const out: string[] = []
  const ops = Array.from(index.matchAll(/^\| (1[79]) ([^|]+) \|/gm), (m) => [m[1]!, m[2]!.trim()] as const).filter(([v]) => v === version)
  b.shop.backOffice.update('orders', 2, { reference: version === '19' ? 'TRIG213531' : 'TRIG213636' })
  for (const [v, op] of ops) {
    const names = recordingsOf(`${v}_${slug(op)}`)
    if (names.length === 0) { out.push(`MISSING ${v} ${op}`); continue }
    b.calls()
    const isDel = readRecording(names[0]!).path.includes('/deleted/')
    const r = await b.replay(names, isDel ? '?event=deleted' : '')
    await b.settled()
    const codes = [...new Set(r.map((x) => x.status))].join()
    const w = b.writes()
    const recs = [...new Set(names.map((n) => n.replace(/^.*?_\d+of\d+_/, '').replace('.txt', '')))]
    out.push(`${op} | ${names.length} | ${codes} | ${isDel ? 'DEL ' : ''}${w.join(', ')}`)
    for (const rec of recs) {
      const [model, id] = [rec.slice(0, rec.lastIndexOf('-')), Number(rec.slice(rec.lastIndexOf('-') + 1))]
      if (!b.operationsOf(model, id).length) continue
      const { operation: o, result } = b.last(model, id)
      out.push(`     ${rec}: ${o.status} ${o.outcome ?? ''} ${o.error_message ?? ''} ${result.reason ?? ''} ${JSON.stringify(result.records ?? '')}`)
    }
  }
  writeFileSync(`/tmp/probe-${version}.txt`, out.join('\n'))
})
