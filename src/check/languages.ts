import type { Reference } from '../prestashop/reference.ts'
import { type Finding, ok, problem } from './finding.ts'

/** The languages that texts are written in. */
export const checkLanguages = async (reference: Reference): Promise<Finding[]> => {
  const languages = await reference.languages()
  if (languages.length === 0) {
    return [problem('languages', 'the shop has no active language', 'Activate one in the back office: International > Localization > Languages')]
  }
  return [ok('languages', languages.map(({ iso }) => iso).join(', '))]
}
