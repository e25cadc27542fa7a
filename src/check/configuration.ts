import type { ConfigError } from '../config.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

/** What is wrong with the variables. */
export const configurationProblems = ({ problems }: ConfigError): Finding[] =>
  problems.map((message) => problem('configuration', message, 'Set it in .env or in the environment; .env.example tells about each variable'))

/** @param names those in `.env` that no variable has */
export const misspeltNames = (names: readonly string[]): Finding[] => {
  if (names.length === 0) return []
  const [verb, noun] = names.length === 1 ? ['is', 'no variable'] : ['are', 'no variables']
  return [warning('configuration', `${names.join(', ')} in .env ${verb} ${noun} of this program`, 'Look for a misspelling in .env, or take it out')]
}

/** @param unknownNames the names in `.env` that no variable has */
export const checkConfiguration = (unknownNames: readonly string[]): Finding[] =>
  unknownNames.length === 0 ? [ok('configuration', 'every variable is valid')] : misspeltNames(unknownNames)
