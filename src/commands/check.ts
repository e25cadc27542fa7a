import { Command } from 'commander'
import { check } from '../check/check.ts'
import { configurationProblems, misspeltNames } from '../check/configuration.ts'
import { type Finding, type Level, worst } from '../check/finding.ts'
import { ConfigError } from '../config.ts'
import { examples, type JsonOption, jsonOption } from './options.ts'
import { CommandFailure, FAILURE, MISUSE, type Shell } from './shell.ts'
import type { Style } from './terminal.ts'
import { oneLine } from './text.ts'

const MARKS: Readonly<Record<Level, { readonly word: string; readonly style: Style }>> = {
  ok: { word: 'ok', style: 'green' },
  warning: { word: 'warning', style: 'yellow' },
  problem: { word: 'problem', style: 'red' }
}

const RESULTS: Readonly<Record<Level, string>> = {
  ok: 'All is well.',
  warning: 'It works; see the warnings.',
  problem: 'Something is wrong; see the problems.'
}

const findingsFor = async ({ config, unknownNames }: Shell): Promise<{ findings: Finding[]; isConfigured: boolean }> => {
  try {
    return { findings: await check(config(), unknownNames()), isConfigured: true }
  } catch (error) {
    if (error instanceof ConfigError) return { findings: [...configurationProblems(error), ...misspeltNames(unknownNames())], isConfigured: false }
    throw error
  }
}

const show = ({ terminal }: Shell, findings: readonly Finding[]): void => {
  const width = Math.max(...findings.map(({ about }) => about.length))
  for (const { about, level, message, advice } of findings) {
    const { word, style } = MARKS[level]
    const todo = advice === undefined ? '' : ` ${terminal.style('bold', '→')} ${oneLine(advice)}`
    terminal.print(`${terminal.style(style, word.padEnd(7))}  ${about.padEnd(width)}  ${oneLine(message)}.${todo}`)
  }
  terminal.print(`\n${terminal.style(MARKS[worst(findings)].style, RESULTS[worst(findings)])}`)
}

/** `check` */
export const checkCommand = (shell: Shell): Command => {
  const command = new Command('check')
    .description('look at everything that has to be right, and say what to do; changes nothing')
    .addOption(jsonOption())
    .action(async ({ json }: JsonOption) => {
      const { findings, isConfigured } = await findingsFor(shell)
      const result = worst(findings)
      if (json) shell.terminal.print(JSON.stringify({ result, findings }))
      else show(shell, findings)
      if (result === 'problem') throw new CommandFailure('', isConfigured ? FAILURE : MISUSE)
    })
    .addHelpText('after', '\nExit codes: 0 all is well, warnings at most; 1 something is wrong; 2 the configuration is wrong.')
  return examples(command, [
    ['check', 'before the first start, and when something is odd'],
    ['npm run --silent cli -- check --json', 'for programs: { result, findings: [{ about, level, message, advice }] }']
  ])
}
