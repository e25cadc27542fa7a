import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'

/** A part of the benchmark in a process of its own, so that it does not share an event loop with what it measures. */
export interface Helper {
  /** Has a command done and gives its answer. Rejects when it failed or the process ended. */
  ask<Schema extends v.GenericSchema>(answer: Schema, command: string, given?: unknown): Promise<v.InferOutput<Schema>>
  /** The processor time that its process has taken so far, all threads together; milliseconds. */
  cpu(): Promise<number>
  /** Lets it finish and waits for its end. */
  stop(): Promise<void>
}

export interface HelperOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** Where its standard output goes: the log of a server. */
  readonly logFile?: string
}

const replySchema = v.variant('ok', [
  v.object({ ok: v.literal(true), number: v.number(), answer: v.optional(v.unknown()) }),
  v.object({ ok: v.literal(false), number: v.number(), error: v.string() })
])

/** Helpers run as in production; only a profile may be asked for (`node --cpu-prof tests/bench/main.ts`). */
const profiling = process.execArgv.filter((flag) => flag.startsWith('--cpu-prof'))

const running = new Set<Helper>()

/** Stops whatever is still running, after a failure too. */
export const stopHelpers = async (): Promise<void> => {
  await Promise.all(Array.from(running, (helper) => helper.stop()))
}

/** Starts `children/<name>.ts`. */
export const startHelper = (name: string, { environment = {}, logFile }: HelperOptions = {}): Helper => {
  const log = logFile === undefined ? undefined : openSync(logFile, 'a')
  const child: ChildProcess = fork(join(import.meta.dirname, 'children', `${name}.ts`), {
    env: { ...process.env, ...environment },
    execArgv: profiling,
    stdio: ['ignore', log ?? 'inherit', 'inherit', 'ipc']
  })
  if (log !== undefined) closeSync(log)
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>()
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      for (const { reject } of waiting.values()) reject(new Error(`${name} ended with ${code}`))
      running.delete(helper)
      resolve()
    })
  })
  child.on('message', (message) => {
    const reply = v.parse(replySchema, message)
    const asked = waiting.get(reply.number)
    waiting.delete(reply.number)
    if (reply.ok) asked?.resolve(reply.answer)
    else asked?.reject(new Error(`${name}: ${reply.error}`))
  })
  let number = 0
  const send = (command: string, given?: unknown): Promise<unknown> => {
    number += 1
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    if (!child.connected) throw new Error(`${name} has ended`)
    waiting.set(number, { resolve, reject })
    child.send({ number, command, given })
    return promise
  }
  const helper: Helper = {
    ask: async (answer, command, given) => v.parse(answer, await send(command, given)),
    cpu: async () => v.parse(v.number(), await send('cpu')),
    async stop() {
      if (child.connected) child.disconnect()
      await ended
    }
  }
  running.add(helper)
  return helper
}

const cpu = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

const requestSchema = v.object({ number: v.number(), command: v.string(), given: v.optional(v.unknown()) })

/** In the helper: answers commands until the benchmark lets go of it, then `close`s and ends. */
export const answerCommands = (
  commands: Readonly<Record<string, (given: unknown) => unknown>>,
  close: () => Promise<void> = () => Promise.resolve()
): void => {
  process.on('message', (message) => {
    const { number, command, given } = v.parse(requestSchema, message)
    const work = async (): Promise<unknown> => (command === 'cpu' ? cpu() : commands[command]?.(given))
    work().then(
      (answer) => process.send?.({ ok: true, number, answer }),
      (error: unknown) => process.send?.({ ok: false, number, error: String(error) })
    )
  })
  process.once('disconnect', () => {
    close().then(
      () => process.exit(0),
      () => process.exit(1)
    )
  })
}
