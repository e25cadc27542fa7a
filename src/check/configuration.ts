import type { ConfigError } from '../config.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

/** What the machine or Node goes by; it may well stand in `.env`. */
const NOT_OURS = /^(?:TZ|NO_COLOR|FORCE_COLOR|NODE_\w+|COMPOSE_\w+|\w+_PROXY)$/i

/** What is wrong with the variables. */
export const configurationProblems = ({ problems }: ConfigError): Finding[] =>
  problems.map((message) => problem('configuration', message, 'Set it in .env or in the environment; .env.example tells about each variable'))

/** @param unknownNames the names in `.env` that no variable has */
export const checkConfiguration = (unknownNames: readonly string[]): Finding[] => {
  const misspelt = unknownNames.filter((name) => !NOT_OURS.test(name))
  if (misspelt.length === 0) return [ok('configuration', 'every variable is valid')]
  const [verb, noun] = misspelt.length === 1 ? ['is', 'no variable'] : ['are', 'no variables']
  return [
    warning('configuration', `${misspelt.join(', ')} in .env ${verb} ${noun} of this program`, 'Look for a misspelling in .env, or take it out')
  ]
}
