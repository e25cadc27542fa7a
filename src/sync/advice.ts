/** What helps against an error, by its code or its kind; what is not there is tried again when its cause is gone. */
export const adviceBy: Readonly<Record<string, string>> = {
  identity_conflict: 'decide which record is meant: npm run cli -- bindings set <entity> <odoo id> <shop id>, then retry',
  not_found: 'send it as "upserted", or bind it: npm run cli -- bindings set <entity> <odoo id> <shop id>, then retry',
  total_mismatch: 'look at the order in the shop: it is there, in the state "Payment error"',
  uncaught: 'look into the PHP log of the shop, then retry',
  misconfigured: 'npm run cli -- check tells what to fix; it goes on by itself',
  unavailable: 'nothing: it goes on by itself when the shop answers',
  dependency: 'nothing: it goes on by itself when the other record is there'
}
