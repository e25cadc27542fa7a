import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryLedgerPath } from '../support/ledger.ts'
import { commandLine } from './command-line.ts'

const words = (text: string): string[] => text.split(' ')

describe('a ledger that is not there yet', () => {
  test.each([
    'operations list',
    'operations show op_1',
    'operations retry op_1',
    'operations retry --all',
    'bindings list',
    'bindings remove customer 1',
    'outbox list',
    'outbox show out_1',
    'outbox retry --all',
    'prune',
    'backup never-made.db',
    'enable',
    'disable'
  ])('is told by %s, and not made', async (parameters) => {
    const path = temporaryLedgerPath()
    const { code, stdout, stderr } = await commandLine({ environment: { LEDGER_PATH: path } })(...words(parameters))
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`There is no ledger ${path} yet: the server makes it at its first start.`)
    expect(existsSync(dirname(path))).toBe(false)
  })

  test.each(['bindings set customer 1001 45'])('is made by %s', async (parameters) => {
    const path = temporaryLedgerPath()
    expect(await commandLine({ environment: { LEDGER_PATH: path } })(...words(parameters))).toMatchObject({ code: 0, stderr: '' })
    expect(existsSync(path)).toBe(true)
  })
})

describe('wrong usage', () => {
  test.each([
    'stat',
    'operations list --status done',
    'operations list --since yesterday',
    'operations list --limit 0',
    'operations list --limit 2x',
    'operations retry',
    'operations retry op_1 --all',
    'operations retry op_1 --entity order',
    'operations retry --all --status success',
    'prune --days 0',
    'bindings list planet',
    'bindings set customer -1 2',
    'enable now'
  ])('ends with 2: %s', async (parameters) => {
    const { code, stdout, stderr } = await commandLine()(...words(parameters))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^error: /)
  })
})

describe('help', () => {
  test.each([
    'check',
    'operations list',
    'operations show',
    'operations retry',
    'bindings list',
    'bindings set',
    'bindings remove',
    'outbox list',
    'outbox show',
    'outbox retry',
    'enable',
    'disable',
    'prune',
    'backup'
  ])('of %s has examples', async (parameters) => {
    const { code, stdout, stderr } = await commandLine()(...words(parameters), '--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`\\nExamples:\\n  # .+\\n  npm run cli -- ${parameters}`))
  })
})
