import CliTable from 'cli-table3'
import type { Style, Terminal } from './terminal.ts'
import { oneLine } from './text.ts'

export interface Column<Row> {
  readonly head: string
  readonly cell: (row: Row) => string
  readonly style?: (row: Row) => Style
  /** The least characters it may be cut to on a narrow terminal; without it, it is never cut. */
  readonly least?: number
}

const BETWEEN = '  '
const NO_LINES = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '',
  bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: BETWEEN
}

/** The widths that fit: of the columns that may be cut, the widest gives first. What is left over goes to the last. */
const fitted = (widths: readonly number[], least: readonly (number | undefined)[], columns: number): number[] => {
  const result = [...widths]
  let excess = result.reduce((sum, width) => sum + width, BETWEEN.length * (result.length - 1)) - columns
  while (excess > 0) {
    const room = result.map((width, index) => (width > (least[index] ?? width) ? width : 0))
    const widest = room.indexOf(Math.max(...room))
    if (!room[widest]) break
    result[widest]! -= 1
    excess -= 1
  }
  result[result.length - 1]! += Math.max(0, -excess)
  return result
}

/**
 * Rows under a head. On a terminal they are cut to its width; for a program or a file they are whole.
 */
export const table = <Row>(terminal: Terminal, columns: readonly Column<Row>[], rows: readonly Row[]): string => {
  const cells = rows.map((row) => columns.map(({ cell }) => oneLine(cell(row))))
  const natural = columns.map(({ head }, index) => Math.max(head.length, ...cells.map((texts) => texts[index]!.length)))
  const widths = terminal.columns === undefined ? undefined : fitted(natural, columns.map(({ least }) => least), terminal.columns)
  const grid = new CliTable({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    ...(widths === undefined ? {} : { colWidths: widths })
  })
  grid.push(columns.map(({ head }) => terminal.style('bold', head)))
  for (const [number, row] of rows.entries()) {
    grid.push(columns.map(({ style }, index) => (style ? terminal.style(style(row), cells[number]![index]!) : cells[number]![index]!)))
  }
  return grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Names and what they are, one a line. */
export const list = (terminal: Terminal, entries: readonly (readonly [name: string, value: string])[]): string => {
  const width = Math.max(...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `  ${terminal.style('bold', name.padEnd(width))}${BETWEEN}${oneLine(value)}`).join('\n')
}
