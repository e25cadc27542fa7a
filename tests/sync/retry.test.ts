import { describe, expect, test } from 'vitest'
import { OdooError, type OdooErrorDetails, type OdooErrorKind } from '../../src/odoo/errors.ts'
import { PrestashopError } from '../../src/prestashop/errors.ts'
import { NotYetError, SyncError } from '../../src/sync/errors.ts'
import { backoff, describeFailure, react } from '../../src/sync/retry.ts'

const DAY = 86_400_000

const shopError = (details: Partial<ConstructorParameters<typeof PrestashopError>[1]>) =>
  new PrestashopError('no', { method: 'PATCH', resource: 'customers', kind: 'transient', status: 500, ...details })

const odooError = (kind: OdooErrorKind, details: Partial<OdooErrorDetails> = {}) =>
  new OdooError('no', { model: 'res.partner', method: 'read', kind, ...details })

/** The connection was lost after the request was sent. */
const lost = new PrestashopError('no', { method: 'PATCH', resource: 'customers', kind: 'transient' })

const after = (error: unknown, given: { attempts?: number; strikes?: number; waitedMs?: number } = {}) =>
  react(error, describeFailure(error), { attempts: 1, strikes: 1, waitedMs: 0, ...given }, 12)

describe('the time between two attempts', () => {
  test('doubles from one second to fifteen minutes, half of it left to chance', () => {
    for (const [attempt, full] of [[1, 1_000], [2, 2_000], [5, 16_000], [11, 900_000], [100, 900_000]] as const) {
      const delay = backoff(attempt)
      expect(delay).toBeGreaterThanOrEqual(full / 2)
      expect(delay).toBeLessThanOrEqual(full)
    }
  })

  test('is at least what the shop asks for', () => {
    expect(after(shopError({ retryAfterMs: 120_000 }))).toMatchObject({ do: 'retry', delay: 120_000 })
  })
})

describe('after a failure', () => {
  test('that may pass, the operation is tried again until its attempts are used up', () => {
    expect(after(shopError({}), { attempts: 11 })).toMatchObject({ do: 'retry', burnt: true })
    expect(after(shopError({}), { attempts: 12 })).toEqual({ do: 'fail' })
  })

  test('without any answer, the shop is probed; the attempt is burnt only if the shop has answered since', () => {
    expect(after(lost, { attempts: 12 })).toMatchObject({ do: 'break', burnt: false })
    expect(after(lost, { attempts: 11, strikes: 2 })).toMatchObject({ do: 'break', burnt: true })
    expect(after(lost, { attempts: 12, strikes: 2 })).toEqual({ do: 'fail' })
  })

  test('that will not pass, it fails at once', () => {
    expect(after(shopError({ kind: 'permanent' }))).toEqual({ do: 'fail' })
    expect(after(new SyncError('validation', 'no', 'email'))).toEqual({ do: 'fail' })
  })

  test('of something it depends on, it waits a day, however often it looks, and burns no attempt', () => {
    const missing = new SyncError('dependency', 'no')
    expect(after(missing, { attempts: 12, strikes: 500, waitedMs: DAY - 1 })).toMatchObject({ do: 'retry', burnt: false })
    expect(after(missing, { waitedMs: DAY })).toEqual({ do: 'fail' })
  })

  test("of Odoo's API, it waits and burns no attempt; as long as Odoo as a whole is away, without end", () => {
    expect(describeFailure(odooError('unavailable'))).toMatchObject({ kind: 'dependency' })
    const long = { attempts: 99, strikes: 500, waitedMs: 7 * DAY }
    expect(after(odooError('unavailable'), long)).toMatchObject({ do: 'retry', burnt: false })
    expect(after(odooError('misconfigured'), long)).toMatchObject({ do: 'retry', burnt: false })
    expect(after(odooError('transient', { retryAfterMs: 120_000 }))).toMatchObject({ do: 'retry', burnt: false, delay: 120_000 })
    expect(after(odooError('transient'), long)).toEqual({ do: 'fail' })
    expect(after(odooError('misconfigured', { blocked: { model: 'res.partner', method: 'read' } }), long)).toEqual({ do: 'fail' })
    expect(after(odooError('permanent'))).toEqual({ do: 'fail' })
    expect(after(odooError('permanent', { notFound: true }))).toMatchObject({ do: 'retry' })
  })

  test('that Odoo may still mend by storing what it announced, it is tried again at the latest when that time is over', () => {
    expect(after(new NotYetError('no', 40), { strikes: 10 })).toMatchObject({ do: 'retry', delay: 40, burnt: false })
  })

  test('with an empty 500, it is tried three times', () => {
    expect(after(shopError({ kind: 'uncaught' }), { attempts: 9, strikes: 2 })).toMatchObject({ do: 'retry' })
    expect(after(shopError({ kind: 'uncaught' }), { attempts: 9, strikes: 3 })).toEqual({ do: 'fail' })
  })

  test('of the shop as a whole, no attempt is burnt and everything waits', () => {
    expect(after(shopError({ kind: 'unavailable' }), { attempts: 12 })).toEqual({ do: 'break', delay: 0, burnt: false })
    expect(after(shopError({ kind: 'misconfigured' }), { attempts: 12 })).toEqual({ do: 'break', delay: 0, burnt: false })
  })

  test('that this operation brings upon the shop again and again, it waits longer each time', () => {
    const reaction = after(shopError({ kind: 'unavailable' }), { strikes: 6 })
    expect(reaction.do === 'break' && reaction.delay).toBeGreaterThanOrEqual(16_000)
  })

  test('for want of a right, only this operation waits, and burns no attempt', () => {
    const error = shopError({ kind: 'misconfigured', blocked: { resource: 'customers', method: 'PATCH' } })
    expect(after(error, { attempts: 12 })).toMatchObject({ do: 'retry', burnt: false })
  })

  test('because the record vanished between two calls, it looks anew', () => {
    expect(after(shopError({ kind: 'permanent', notFound: true }))).toMatchObject({ do: 'retry' })
  })

  test('nobody foresaw, nothing of the error is told but its name', () => {
    expect(describeFailure(new TypeError('jane@example.com is not iterable')).message).not.toContain('jane')
  })
})
