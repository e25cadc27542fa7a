const leftovers: (() => unknown)[] = []

/** Takes something away after the last test of the file: its tests may run beside each other. */
export const afterFile = (remove: () => unknown): void => {
  leftovers.push(remove)
}

/** Takes away what the tests of a file left behind, the newest first. */
export const removeLeftovers = async (): Promise<void> => {
  for (const remove of leftovers.splice(0).toReversed()) await remove()
}
