/** One number from several: FNV-1a, then mixed until every bit depends on every other. */
const hash = (text: string, seed: number): number => {
  let value = (0x811c9dc5 ^ seed) >>> 0
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}

/**
 * Chance that can be repeated. Each question has a name and the n-th answer to it is always the same, whatever else was
 * asked: a scenario with a step less is otherwise the same scenario, so that a failure can be made smaller.
 */
export const createNoise = (seed: number) => {
  const asked = new Map<string, number>()

  /** From 0 up to, not including, 1. */
  const fraction = (name: string): number => {
    const count = asked.get(name) ?? 0
    asked.set(name, count + 1)
    return hash(`${name} ${count}`, seed) / 0x1_0000_0000
  }
  return {
    fraction,
    /** Whether something of this probability happens. */
    happens: (name: string, probability: number): boolean => fraction(name) < probability,
    /** A whole number from 0 up to, not including, `end`. */
    below: (name: string, end: number): number => Math.floor(fraction(name) * end),
    /** Milliseconds: mostly near `usual`, at times up to thirty times as long. */
    delay: (name: string, usual: number): number => {
      const chance = fraction(name)
      const stretch = chance < 0.8 ? 2 * chance : chance < 0.97 ? 8 * chance : 30 * chance
      return Math.round(usual * stretch)
    }
  }
}

export type Noise = ReturnType<typeof createNoise>
