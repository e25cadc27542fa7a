interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: what is added in one turn of the event loop is written in one transaction, so that one fsync serves
 * all of it. The promise resolves after the commit; when the commit fails, all of the turn's promises reject and
 * nothing of it is stored.
 * @param commit writes all items in one transaction and gives a result for each, in order
 */
export const groupCommit = <Item, Result>(commit: (items: readonly Item[]) => readonly Result[]) => {
  let waiting: Waiting<Item, Result>[] = []

  const flush = (): void => {
    const group = waiting
    waiting = []
    try {
      const results = commit(group.map(({ item }) => item))
      for (const [index, { resolve }] of group.entries()) resolve(results[index]!)
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  return (item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (waiting.push({ item, resolve, reject }) === 1) setImmediate(flush)
    })
}
