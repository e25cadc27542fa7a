import * as v from 'valibot'
import { expect, onTestFinished } from 'vitest'
import type { Finding } from '../../src/check/finding.ts'
import type { SandboxOptions, SandboxShop } from '../../src/sandbox/shop.ts'
import { temporaryLedgerPath } from '../support/ledger.ts'
import { mockShop } from '../support/shop.ts'
import { commandLine } from './command-line.ts'

const level = v.picklist(['ok', 'warning', 'problem'])

/** What `check --json` promises. */
const printed = v.strictObject({
  result: level,
  findings: v.array(v.strictObject({ about: v.string(), level, message: v.string(), advice: v.exactOptional(v.string()) }))
})

export interface Checked extends v.InferOutput<typeof printed> {
  readonly code: number
}

export type Environment = Readonly<Record<string, string>>

/** What `check --json` finds with an environment; with a ledger that is not there yet unless it names one. */
export const check = async (environment: Environment = {}, unknownNames: readonly string[] = []): Promise<Checked> => {
  const command = commandLine({ environment: { LEDGER_PATH: temporaryLedgerPath(), ...environment }, unknownNames })
  const { code, stdout, stderr } = await command('check', '--json')
  expect(stderr).toBe('')
  return { code, ...v.parse(printed, JSON.parse(stdout)) }
}

/** A sandbox shop at https://shop.test until the test ends; `pages` as of `mockShop`. */
export const shopAt = (options: SandboxOptions = {}, ...pages: Parameters<typeof mockShop>[1][]): SandboxShop => {
  const { shop, close } = mockShop(options, ...pages.filter((page) => page !== undefined))
  onTestFinished(close)
  return shop
}

/** The findings about one thing. */
export const about = ({ findings }: Checked, subject: string): readonly Finding[] => findings.filter((finding) => finding.about === subject)
