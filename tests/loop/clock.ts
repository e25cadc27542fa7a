import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Time as it passes in a simulation: nothing happens but what was scheduled, one thing after the other, each to its
 * end before the next. Hours cost nothing.
 */
export interface SimulatedClock {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Has something done later. */
  readonly after: (milliseconds: number, work: () => void) => void
  readonly sleep: (milliseconds: number) => Promise<void>
  /** Does the next thing; false = there is none before that time, which it is then. */
  readonly step: (until: number) => Promise<boolean>
  /** Runs work in the name of a process: what it schedules goes with it when it is killed. */
  readonly as: <Result>(process: string, work: () => Result) => Result
  /** Nothing that the process has scheduled happens any more. */
  readonly kill: (process: string) => void
  readonly processNow: () => string
  readonly isKilled: (process: string) => boolean
  /** Gives the real time back. */
  readonly uninstall: () => void
}

class Task {
  readonly at: number
  readonly sequence: number
  readonly process: string
  readonly work: () => void
  readonly every: number | undefined
  isDropped = false

  constructor(at: number, sequence: number, process: string, work: () => void, every?: number) {
    this.at = at
    this.sequence = sequence
    this.process = process
    this.work = work
    this.every = every
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  hasRef(): boolean {
    return true
  }
}

const isEarlier = (one: Task, other: Task): boolean => one.at < other.at || (one.at === other.at && one.sequence < other.sequence)

/** A heap with the earliest task on top. */
class Agenda {
  readonly #tasks: Task[] = []

  get first(): Task | undefined {
    return this.#tasks[0]
  }

  add(task: Task): void {
    const tasks = this.#tasks
    let index = tasks.push(task) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isEarlier(task, tasks[parent]!)) break
      tasks[index] = tasks[parent]!
      index = parent
    }
    tasks[index] = task
  }

  take(): void {
    const tasks = this.#tasks
    const last = tasks.pop()
    if (!last || tasks.length === 0) return
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= tasks.length) break
      if (child + 1 < tasks.length && isEarlier(tasks[child + 1]!, tasks[child]!)) child += 1
      if (!isEarlier(tasks[child]!, last)) break
      tasks[index] = tasks[child]!
      index = child
    }
    tasks[index] = last
  }
}

/** Replaces the time of the whole process, and its chance, until `uninstall`. */
export const installClock = (start: number, random: () => number): SimulatedClock => {
  const real = {
    Date,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    setImmediate,
    clearImmediate,
    timeout: AbortSignal.timeout.bind(AbortSignal),
    random: Math.random
  }
  const processes = new AsyncLocalStorage<string>()
  const processNow = (): string => processes.getStore() ?? ''
  const agenda = new Agenda()
  const killed = new Set<string>()
  let immediates: Task[] = []
  let now = start
  let sequence = 0

  const newTask = (delay: number, work: () => void, every?: number): Task => {
    sequence += 1
    return new Task(now + Math.max(delay, 0), sequence, processNow(), work, every)
  }
  const schedule = (delay: unknown, work: () => void, isRepeated = false): Task => {
    const milliseconds = Math.max(Math.ceil(Number(delay ?? 0)) || 0, 1)
    const task = newTask(milliseconds, work, isRepeated ? milliseconds : undefined)
    agenda.add(task)
    return task
  }
  const drop = (task: unknown): void => {
    if (task instanceof Task) task.isDropped = true
  }
  const perform = (task: Task): void => {
    if (!task.isDropped && !killed.has(task.process)) processes.run(task.process, task.work)
  }

  class SimulatedDate extends real.Date {
    constructor(value: string | number | Date = now, ...rest: readonly number[]) {
      if (rest.length === 0) super(value)
      else super(Number(value), rest[0]!, ...rest.slice(1))
    }

    static override now(): number {
      return now
    }
  }

  const simulated = {
    Date: SimulatedDate,
    setTimeout: (work: (...given: unknown[]) => void, delay?: number, ...given: unknown[]) => schedule(delay, () => work(...given)),
    clearTimeout: drop,
    setInterval: (work: (...given: unknown[]) => void, delay?: number, ...given: unknown[]) => schedule(delay, () => work(...given), true),
    clearInterval: drop,
    setImmediate: (work: (...given: unknown[]) => void, ...given: unknown[]) => {
      const task = newTask(0, () => work(...given))
      immediates.push(task)
      return task
    },
    clearImmediate: drop
  }
  Object.assign(globalThis, simulated)
  Math.random = random
  AbortSignal.timeout = (milliseconds) => {
    const controller = new AbortController()
    schedule(milliseconds, () => controller.abort(new DOMException('The operation timed out', 'TimeoutError')))
    return controller.signal
  }

  /** Until no promise is on its way any more: only what was scheduled goes on later. */
  const settle = async (): Promise<void> => {
    for (;;) {
      await new Promise((resolve) => real.setImmediate(resolve))
      if (immediates.length === 0) return
      const due = immediates
      immediates = []
      for (const task of due) perform(task)
    }
  }

  return {
    now: () => now,
    after: (milliseconds, work) => void schedule(milliseconds, work),
    sleep: (milliseconds) => new Promise((resolve) => void schedule(milliseconds, resolve)),
    processNow,
    as: (process, work) => processes.run(process, work),
    kill: (process) => void killed.add(process),
    isKilled: (process) => killed.has(process),
    async step(until) {
      for (;;) {
        const task = agenda.first
        if (!task || task.at > until) {
          now = Math.max(now, until)
          return false
        }
        agenda.take()
        if (task.isDropped || killed.has(task.process)) continue
        now = Math.max(now, task.at)
        perform(task)
        if (task.every !== undefined) agenda.add(Object.assign(task, { at: now + task.every }))
        await settle()
        return true
      }
    },
    uninstall() {
      const { timeout, random: chance, ...globals } = real
      Object.assign(globalThis, globals)
      AbortSignal.timeout = timeout
      Math.random = chance
    }
  }
}
