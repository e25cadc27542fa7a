import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { neededRights } from '../../src/sync/needed-rights.ts'

test("README's table of rights is the one that check goes by", () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const rows = neededRights.map(
    ({ resources, methods, purpose }) => `   | ${resources.map((resource) => `\`${resource}\``).join(', ')} | ${methods.join(', ')} | ${purpose} |`
  )
  const [, table = ''] = readme.split('   | resource | rights | what for |\n   | --- | --- | --- |\n')
  expect(table.split('\n\n')[0]?.split('\n')).toEqual(rows)
})
