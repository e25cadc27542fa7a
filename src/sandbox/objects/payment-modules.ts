/** The payment modules that are installed, by name, and what they call themselves. */
export const paymentModules: ReadonlyMap<string, string> = new Map([
  ['ps_checkpayment', 'Payments by check'],
  ['ps_wirepayment', 'Wire payment']
])
