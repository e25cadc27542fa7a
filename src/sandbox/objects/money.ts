/** Half up, to cents: amounts that the shop takes for equal are equal then. */
export const toCents = (amount: number): number => Math.round(amount * 100 + 1e-7) / 100

export const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)
