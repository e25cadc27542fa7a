/** How much is measured. */
export interface Plan {
  /** Rounds of acceptance; every variant has a turn in each. */
  readonly rounds: number
  readonly roundSeconds: number
  readonly warmUpSeconds: number
  /** How long a server is left alone before its memory is read. */
  readonly idleSeconds: number
  /** Backlog of the drain, for each of the operations that may be worked on at once. */
  readonly operationsPerSlot: number
  /** How many updates each client makes that a drain is compared with, after as many to get warm. */
  readonly comparedUpdates: number
  /** Backlog of the memory measurement. */
  readonly pending: number
  /** Customers that the poller reads. */
  readonly polledRows: number
  /** In the ledger beside which the gate judges. */
  readonly knownValues: number
  /** How many verdicts of a kind are asked for. */
  readonly verdicts: number
}

/** Under two minutes. */
export const full: Plan = {
  rounds: 5,
  roundSeconds: 2,
  warmUpSeconds: 2.5,
  idleSeconds: 3,
  operationsPerSlot: 50,
  comparedUpdates: 12,
  pending: 100_000,
  polledRows: 10_000,
  knownValues: 1_000_000,
  verdicts: 5_000
}

/** Whether everything works, under twenty seconds; its figures are coarse. */
export const quick: Plan = {
  rounds: 1,
  roundSeconds: 0.6,
  warmUpSeconds: 0.4,
  idleSeconds: 0.3,
  operationsPerSlot: 6,
  comparedUpdates: 3,
  pending: 3_000,
  polledRows: 1_000,
  knownValues: 20_000,
  verdicts: 500
}
