/**
 * What the shop does with a filter (its `SQLUtils::getSQLRetrieveFilter`, `pSQL` and `Tools::nl2br`): a test whether a
 * stored value is in the answer. The collation is left out: the comparison here is exact.
 */
const sqlText = (text: string): string => text.replaceAll(/\r\n|\r|\n/g, '').replaceAll(/<[^>]*>?/g, '')

const like = (pattern: string): RegExp => {
  const parts = Array.from(sqlText(pattern).matchAll(/\\?./gsu), ([part]) => {
    if (part === '%') return '.*'
    if (part === '_') return '.'
    return (part.length > 1 && part.startsWith('\\') ? part.slice(1) : part).replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`, 'su')
}

/** PHP's dot leaves out the line feed only; JavaScript's the separators of Unicode, too. */
const brackets = /^([^\n]*)\[([^\n]*)\]([^\n]*)$/u

export const shopMatches = (filter: string, stored: string): boolean => {
  const [, before = '', inside = '', after = ''] = brackets.exec(filter) ?? []
  if (!brackets.test(filter)) return stored === sqlText(filter)
  if (before === '%' || after === '%') return like(before + inside + after).test(stored)
  if (before === '' && after === '') {
    const same = (part: string): boolean => stored === sqlText(part).replaceAll('`', '\\`')
    if (inside.indexOf('|') > 0) return inside.split('|').some(same)
    const [, low, high] = /^([\d.:\-\s]+),([\d.:\-\s]+)$/.exec(inside) ?? []
    if (low !== undefined && high !== undefined) return stored >= low && stored <= high
    return stored === sqlText(inside)
  }
  if (before === '!') return inside.split('|').every((part) => stored !== sqlText(part))
  if (before === '>') return stored > sqlText(inside)
  if (before === '<') return stored < sqlText(inside)
  return true
}
