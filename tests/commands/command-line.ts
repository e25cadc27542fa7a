import { PassThrough } from 'node:stream'
import { WriteStream } from 'node:tty'
import { Command } from 'commander'
import { operatorCommands } from '../../src/commands/commands.ts'
import { run } from '../../src/commands/run.ts'
import { createTerminal, type Output } from '../../src/commands/terminal.ts'
import { readConfig } from '../../src/config.ts'

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandLineOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** The names in `.env` that no variable has. */
  readonly unknownNames?: readonly string[]
  /** Columns of the terminal that somebody watches; without them the output goes to a program. */
  readonly columns?: number
}

/** A whole configuration that nothing is wrong with. */
export const wellConfigured = {
  PRESTASHOP_URL: 'https://shop.test',
  PRESTASHOP_KEY: 'SANDBOXSANDBOXSANDBOXSANDBOXSAND',
  WEBHOOK_SECRET: '5d41402abc4b2a76b9719d911017c592'
}

/** A stream as the process has it, and what is written to it. */
const capture = (columns: number | undefined): { readonly stream: Output; readonly text: () => string } => {
  let text = ''
  const stream = new PassThrough().setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  if (columns === undefined) return { stream, text: () => text }
  const terminal = { isTTY: true, columns, getColorDepth: () => WriteStream.prototype.getColorDepth.call(stream, { TERM: 'xterm' }) }
  return { stream: Object.assign(stream, terminal), text: () => text }
}

/** The operator's commands, run in this process with an environment of their own. */
export const commandLine = ({ environment = {}, unknownNames = [], columns }: CommandLineOptions = {}) => {
  const config = () => readConfig({ ...wellConfigured, ...environment })
  return async (...parameters: readonly string[]): Promise<Ended> => {
    const stdout = capture(columns)
    const stderr = capture(columns)
    const terminal = createTerminal(stdout.stream, stderr.stream)
    const program = new Command('odoo-prestashop-sync')
    for (const command of operatorCommands({ terminal, config, unknownNames: () => unknownNames })) program.addCommand(command)
    const code = await run(program, parameters, terminal)
    await new Promise((resolve) => setImmediate(resolve))
    return { code, stdout: stdout.text(), stderr: stderr.text() }
  }
}

export type CommandLine = ReturnType<typeof commandLine>

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a command printed for programs. */
export const objectIn = (stdout: string): Readonly<Record<string, unknown>> => {
  const value: unknown = JSON.parse(stdout)
  if (isObject(value)) return value
  throw new Error(`no JSON object: ${stdout}`)
}

/** The same, of several. */
export const objectsIn = (stdout: string): readonly Readonly<Record<string, unknown>>[] => {
  const values: unknown = JSON.parse(stdout)
  if (Array.isArray(values) && values.every(isObject)) return values
  throw new Error(`no JSON objects: ${stdout}`)
}
