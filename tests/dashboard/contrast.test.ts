import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const css = readFileSync(new URL('../../src/http/colours.css', import.meta.url), 'utf8')

type Scheme = 'light' | 'dark'

const colour = (name: string, scheme: Scheme): string => {
  const [, light, dark] = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\);`).exec(css) ?? []
  const found = scheme === 'light' ? light : dark
  if (found === undefined) throw new Error(`no colour --${name}`)
  return found
}

/** WCAG 2.2, relative luminance. */
const luminance = (hex: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(hex.slice(start, start + 2), 16) / 255
    return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const contrast = (one: string, other: string): number => {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

/** What stands on what. */
const TEXT = [
  ...['ink', 'soft', 'accent', 'accent-strong'].flatMap((text) => ['paper', 'surface', 'sunken'].map((ground) => [text, ground] as const)),
  ...['good', 'wait', 'bad', 'idle'].map((tone) => [tone, `${tone}-wash`] as const),
  ...['bad-wash', 'wait-wash', 'idle-wash'].map((ground) => ['ink', ground] as const),
  ['soft', 'idle-wash'],
  ['bad', 'surface'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong']
] as const

/** Borders of fields, marks of the focus, and what a drawing tells. */
const SHAPES = [
  ['field', 'surface'],
  ['field', 'sunken'],
  ['accent', 'paper'],
  ['accent', 'surface'],
  ['bar', 'surface'],
  ['bar-bad', 'surface'],
  ['range', 'surface']
] as const

describe.each(['light', 'dark'] as const)('in %s', (scheme) => {
  test.each(TEXT)('%s on %s can be read: 4.5 to 1', (text, ground) => {
    expect(contrast(colour(text, scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(4.5)
  })

  test.each(SHAPES)('%s on %s can be seen: 3 to 1', (shape, ground) => {
    expect(contrast(colour(shape, scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(3)
  })
})

test('colours are said in one place', () => {
  const rules = css.slice(css.indexOf('}') + 1)
  expect(rules).not.toMatch(/#[0-9a-f]{3,8}\b|rgb\(|hsl\(/i)
})
