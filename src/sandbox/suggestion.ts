const distance = (one: string, other: string): number => {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [row, left] of Array.from(one).entries()) {
    const current = [row + 1]
    for (const [column, right] of Array.from(other).entries()) {
      const replaced = (previous[column] ?? 0) + (left === right ? 0 : 1)
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1))
    }
    previous = current
  }
  return previous[other.length] ?? 0
}

/** The shop's helpful message: the nearest name, the last of equals, and all of them (`filter-unknown-field.txt`). */
export const didYouMean = (message: string, name: string, names: readonly string[]): string => {
  let nearest = ''
  let shortest = Number.POSITIVE_INFINITY
  for (const candidate of names) {
    const far = distance(name, candidate)
    if (far <= shortest) {
      nearest = candidate
      shortest = far
    }
  }
  return `${message}. Did you mean: "${nearest}"? The full list is: ${names.map((known) => `"${known}"`).join(', ')}`
}
