/** Why an event goes on. */
export type EmitReason =
  /** Something changed that Odoo is not known to hold. */
  | 'change'
  /** An event that cannot be an echo: an invoice, a payment, a coupon that was used, whatever is not known here. */
  | 'passed'
  /** A record that was never touched from Odoo's side. */
  | 'untouched'
  /** Odoo is to be told the shop's value, because the shop won. */
  | 'conflict'

/** Why an event does not go on. */
export type SuppressReason =
  /** It tells what an operation of Odoo did. */
  | 'echo'
  /** Odoo was told already, or is known to hold it. */
  | 'known'
  /** The same event again. */
  | 'duplicate'

/** What becomes of an event. */
export type Verdict =
  | { readonly emit: true; readonly reason: EmitReason; readonly fields: readonly string[] }
  | { readonly emit: false; readonly reason: SuppressReason; readonly operation_id?: string }
