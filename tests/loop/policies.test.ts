import { describe, test } from 'vitest'
import { holds, PATIENCE_MS } from './holds.ts'

describe('Two sides of which one always wins when both have changed a field', () => {
  test.each(['odoo-wins', 'shop-wins'] as const)(
    'come to rest and agree, and the change that is to win has won (%s)',
    (policy) => holds({ style: 'whole', skew: 0, policy }, process.env['LOOP_RUNS'] ?? '12'),
    PATIENCE_MS
  )
})
