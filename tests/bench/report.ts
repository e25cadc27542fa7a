import { styleText } from 'node:util'

/** A measured figure beside what it should be. */
export interface Goal {
  /** The sentence that says what the figure means. */
  readonly meaning: string
  readonly goal: string
  readonly met: boolean
}

export const print = (line = ''): void => {
  process.stdout.write(`${line}\n`)
}

export const title = (text: string): void => {
  print()
  print(styleText('bold', text))
}

/** Columns side by side; numbers to the right. */
export const table = (rows: readonly (readonly string[])[]): void => {
  const widths = rows[0]?.map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      /^[\d,.]+(?: |$)/.test(cell) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)
    )
    print(`  ${cells.join('   ').trimEnd()}`)
  }
}

export const judge = ({ meaning, goal, met }: Goal): void => {
  print(`  ${met ? styleText('green', 'met   ') : styleText('yellow', 'missed')} ${goal}: ${meaning}`)
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en')
