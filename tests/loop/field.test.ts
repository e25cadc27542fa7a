import { describe, test } from 'vitest'
import { holds, PATIENCE_MS, skews } from './holds.ts'

describe('Two sides that tell each other everything, and a module that tells some fields, and only after', () => {
  test.each(skews)(
    "come to rest and agree: no echo gets through, no change is lost (the shop's clock is %i ms ahead)",
    (skew) => holds({ style: 'field', skew }),
    PATIENCE_MS
  )
})
