/** Lists of everything that exists follow these words; they help nobody. */
const lists = /\s*(?:Did you mean|The full list is|However, these are available|These are available).*$/s

const wrapper = /^Validation error: "(.*)"$/s

const paths = /(?:[A-Za-z]:)?(?:[\\/][\w.-]+){2,}(?:, line \d+)?/g
const emails = /[^\s"'<>@]+@[^\s"'<>@]+/g
const quoted = /"[^"]*"|'[^']*'|`[^`]*`|«[^»]*»/g

const limit = 300

/** A message of the shop that is known to name fields and resources only (`classify.ts` knows which by their code). */
export const namesOnly = (message: string): string =>
  message.replace(lists, '').replace(wrapper, '$1').replace(paths, '…').replace(emails, '…').trim().slice(0, limit)

/**
 * A message that may hold anything: without quoted words, email addresses and paths, and without what was sent.
 *
 * @param values the texts of the request
 */
export const scrubbed = (message: string, values: readonly string[]): string =>
  values
    .filter((value) => value.trim().length > 2)
    .sort((one, other) => other.length - one.length)
    .reduce((text, value) => text.replaceAll(value, '…'), message)
    .replace(quoted, '"…"')
    .replace(emails, '…')
    .replace(paths, '…')
    .trim()
    .slice(0, limit)

const validations = [
  /^Property \w+->\w+ is (?:not valid|empty)\.?$/,
  /^The length of property \w+->\w+ is currently \d+ chars\. It must be between \d+ and \d+ chars\.$/
]

/** Whether the message is one of the shop's own about a value: a module's may quote it. */
export const isValidation = (message: string): boolean => validations.some((pattern) => pattern.test(namesOnly(message)))

/** The field a message is about: `Property Customer->email is not valid`, `parameter "email" required`. */
export const fieldIn = (message: string): string | undefined =>
  /\w+->(\w+)/.exec(message)?.[1] ?? /parameter "(\w+)"/i.exec(message)?.[1]
