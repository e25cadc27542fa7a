/** What a module of the shop learns from one of its hooks. */
export interface HookEvent {
  /** The shop's name of the hook, `actionObjectCustomerUpdateAfter`. */
  readonly hook_name: string
  readonly resource: string
  readonly entity_id: number
  readonly action_type: 'created' | 'updated' | 'deleted'
  /** The row before the write, as plain strings; `null` for a new one. */
  readonly before_data: Record<string, string> | null
  /** The row after the write; `null` for a removed one. */
  readonly after_data: Record<string, string> | null
  /** The shop's local time, `YYYY-MM-DD HH:MM:SS`. */
  readonly hook_timestamp: string
  /** The `X-Operation-Id` of the request whose write fired the hook. */
  readonly operation_id?: string
}

export type HookListener = (event: HookEvent) => void | Promise<void>

/** The listeners of one shop. */
export class Hooks {
  readonly #listeners = new Set<HookListener>()

  /** Returns what takes the listener away again. */
  on(listener: HookListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Calls every listener at once, resolves when all are done, rejects as the first that fails. */
  async fire(events: readonly HookEvent[]): Promise<void> {
    for (const event of events) {
      await Promise.all(Array.from(this.#listeners, async (listener) => listener(event)))
    }
  }
}
