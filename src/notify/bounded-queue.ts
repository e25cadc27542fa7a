export interface Limits {
  readonly items: number
  /** Characters of all items together. */
  readonly characters: number
}

/** First in, first out, and never more than `limits`: for a new item the oldest go. */
export const boundedQueue = <Item>(limits: Limits) => {
  const waiting: { readonly item: Item; readonly characters: number }[] = []
  let held = 0

  const shift = (): Item | undefined => {
    const first = waiting.shift()
    held -= first?.characters ?? 0
    return first?.item
  }
  const isTooFull = (): boolean => waiting.length > limits.items || held > limits.characters

  return {
    /** @returns how many items were dropped: older ones, or this one when it alone is too large */
    push(item: Item, characters: number): number {
      if (characters > limits.characters) return 1
      waiting.push({ item, characters })
      held += characters
      let dropped = 0
      for (; isTooFull(); dropped += 1) shift()
      return dropped
    },
    /** The oldest. */
    shift
  }
}
