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
  /** Backlog of the memory measurement. */
  readonly pending: number
}

/** Under two minutes. */
export const full: Plan = { rounds: 5, roundSeconds: 2, warmUpSeconds: 2.5, idleSeconds: 3, operationsPerSlot: 50, pending: 100_000 }

/** Whether everything works, under twenty seconds; its figures are coarse. */
export const quick: Plan = { rounds: 1, roundSeconds: 1, warmUpSeconds: 0.5, idleSeconds: 0.5, operationsPerSlot: 8, pending: 5_000 }
