/** A mail the shop sent. */
export interface MailLog {
  /** The resource of the record it is about. */
  readonly resource: string
  readonly id: number
  /** The name of its template, `shipped`. */
  readonly kind: string
  readonly to: string
}

/** The shop's mail server: what was sent, and whether it can be reached. */
export class Mails {
  readonly log: MailLog[] = []
  readonly #isBroken: () => boolean

  constructor(isBroken: () => boolean) {
    this.#isBroken = isBroken
  }

  /** Whether it went out. */
  send(mail: MailLog): boolean {
    if (this.#isBroken()) return false
    this.log.push(mail)
    return true
  }
}
