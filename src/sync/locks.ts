/**
 * Locks by name, first come first served. Names are taken in the order given, so callers that all take natural keys
 * before ids cannot wait for each other in a circle.
 */
export const keyedLocks = () => {
  const tails = new Map<string, Promise<void>>()

  return async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const before = tails.get(name)
    const { promise: tail, resolve: leave } = Promise.withResolvers<void>()
    tails.set(name, tail)
    try {
      await before
      return await work()
    } finally {
      leave()
      if (tails.get(name) === tail) tails.delete(name)
    }
  }
}

export type Lock = ReturnType<typeof keyedLocks>
