export type Level = 'ok' | 'warning' | 'problem'

/** One thing that `check` found out. */
export interface Finding {
  /** What it is about, in a word or two. */
  readonly about: string
  readonly level: Level
  /** What is so, without a full stop; no secret, no personal data. */
  readonly message: string
  /** What to do about it. */
  readonly advice?: string
}

export const ok = (about: string, message: string): Finding => ({ about, level: 'ok', message })

export const warning = (about: string, message: string, advice: string): Finding => ({ about, level: 'warning', message, advice })

export const problem = (about: string, message: string, advice: string): Finding => ({ about, level: 'problem', message, advice })

/** The worst of all. */
export const worst = (findings: readonly Finding[]): Level =>
  (['problem', 'warning'] as const).find((level) => findings.some((finding) => finding.level === level)) ?? 'ok'
