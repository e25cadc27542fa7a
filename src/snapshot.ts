/** How long a list is taken as complete when what is looked for is not in it, in milliseconds. */
const missMs = 10_000

/** What `load` brought, kept for a while. */
export interface Snapshot<T> {
  /** @param maxAgeMs how old it may be, in milliseconds; the snapshot's own age limit unless told */
  read(maxAgeMs?: number): Promise<T>
}

/** A list that is looked things up in. */
export interface Table<Item> {
  read(): Promise<readonly Item[]>
  /** The first that matches. A miss reads the list again, unless it was read in the last ten seconds. */
  find(matches: (item: Item) => boolean): Promise<Item | undefined>
  /** All that match. None reads the list again, unless it was read in the last ten seconds. */
  filter(matches: (item: Item) => boolean): Promise<readonly Item[]>
}

/** Callers that come while `load` runs share it; an error is theirs, but is not kept. */
export const createSnapshot = <T>(load: () => Promise<T>, ttlMs: number): Snapshot<T> => {
  let kept: Promise<T> | undefined
  let since = 0
  return {
    read: (maxAgeMs = ttlMs) => {
      if (kept && performance.now() - since < maxAgeMs) return kept
      const started = load()
      kept = started
      since = performance.now()
      started.catch(() => {
        if (kept === started) kept = undefined
      })
      return started
    }
  }
}

/** A snapshot of a list. */
export const createTable = <Item>(load: () => Promise<readonly Item[]>, ttlMs: number): Table<Item> => {
  const snapshot = createSnapshot(load, ttlMs)
  return {
    read: () => snapshot.read(),
    find: async (matches) => (await snapshot.read()).find(matches) ?? (await snapshot.read(missMs)).find(matches),
    filter: async (matches) => {
      const found = (await snapshot.read()).filter(matches)
      return found.length > 0 ? found : (await snapshot.read(missMs)).filter(matches)
    }
  }
}
