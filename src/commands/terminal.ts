import { styleText } from 'node:util'
import { SingleBar } from 'cli-progress'

export type Style = Parameters<typeof styleText>[0]

/** A stream of the process, and what it has when a person watches it. */
export interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface Progress {
  /** So much more is done. */
  readonly add: (count: number) => void
  /** Takes the bar away. */
  readonly stop: () => void
}

/** Where commands write. */
export interface Terminal {
  /** Columns that fit on a line; `undefined` when the output goes to a program or a file. */
  readonly columns: number | undefined
  /** Writes a line of the result. */
  readonly print: (line: string) => void
  /** Writes a line about what went wrong. */
  readonly complain: (line: string) => void
  /** The text in a style; as it is where nobody watches, and with `NO_COLOR`. */
  readonly style: (style: Style, text: string) => string
  /** A progress bar; nothing where nobody watches. */
  readonly progress: (what: string, total: number) => Progress
}

/** @param output for results @param errors for complaints and progress: they are no part of a result */
export const createTerminal = (output: Output, errors: Output): Terminal => ({
  columns: output.isTTY ? (output.columns ?? 80) : undefined,
  print: (line) => {
    output.write(`${line}\n`)
  },
  complain: (line) => {
    errors.write(`${line}\n`)
  },
  style: (style, text) => styleText(style, text, { stream: output }),
  progress: (what, total) => {
    const bar = new SingleBar({
      format: `${what} [{bar}] {percentage}% {value}/{total} {eta_formatted}`,
      stream: errors,
      barsize: 30,
      clearOnComplete: true,
      // The terminal stays as it is, so that Ctrl+C needs nobody to tidy up.
      linewrap: null,
      hideCursor: null,
      gracefulExit: false
    })
    if (errors.isTTY) bar.start(total, 0)
    return {
      add: (count) => bar.increment(count),
      stop: () => bar.stop()
    }
  }
})
