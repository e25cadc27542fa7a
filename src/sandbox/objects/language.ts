import type { ObjectClass } from './object-class.ts'

/** The shop's class `Language`: a new one starts with the texts of the default one (`two-languages-*.txt`). */
export const languageClass: ObjectClass = {
  added(object, work) {
    work.copyTexts(String(object.id))
  }
}
