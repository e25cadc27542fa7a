import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { endNext, withOperations } from './operations.ts'

const failed = { status: 'failed', error: { message: 'no', kind: 'permanent' } } as const
const succeeded = { status: 'success', outcome: 'updated' } as const

const statuses = (ledger: Awaited<ReturnType<typeof withOperations>>['ledger'], ids: readonly string[]): unknown[] =>
  ids.map((operationId) => ledger.find(operationId)?.status)

describe('operations retry', () => {
  test('makes each one pending again, and says who takes them up', async () => {
    const { ledger, ids, command } = await withOperations([{}, {}, {}])
    endNext(ledger, failed, failed, failed)
    const { code, stdout, stderr } = await command('operations', 'retry', ids[0]!, ids[2]!)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(`${ids[0]}, ${ids[2]}: pending again; the server takes them up within a second.\n`)
    expect(statuses(ledger, ids)).toEqual(['pending', 'failed', 'pending'])
  })

  test('says when no server is there to take them up', async () => {
    const { ledger, ids, command } = await withOperations([{}])
    endNext(ledger, failed)
    ledger.close()
    expect((await command('operations', 'retry', ids[0]!)).stdout).toContain('no server runs on this ledger: start it')
  })

  test('tells why one cannot be, and does the others all the same', async () => {
    const { ledger, ids, command } = await withOperations([{}, {}, {}])
    endNext(ledger, succeeded, failed)
    const { code, stderr } = await command('operations', 'retry', ...ids)
    expect(code).toBe(1)
    expect(stderr.split('\n')).toEqual([
      `${ids[0]} cannot be tried again: it succeeded; --force writes it again.`,
      `${ids[2]} cannot be tried again: it is pending.`,
      ''
    ])
    expect(statuses(ledger, ids)).toEqual(['success', 'pending', 'pending'])
  })

  test('does nothing when one of the ids is wrong', async () => {
    const { ledger, ids, command } = await withOperations([{}])
    endNext(ledger, failed)
    expect(await command('operations', 'retry', ids[0]!, 'op_nothing')).toMatchObject({ code: 1, stdout: '' })
    expect(statuses(ledger, ids)).toEqual(['failed'])
  })

  test('forces one that succeeded', async () => {
    const { ledger, ids, command } = await withOperations([{}])
    endNext(ledger, succeeded)
    const { stdout } = await command('operations', 'retry', '--force', '--json', ids[0]!)
    expect(JSON.parse(stdout)).toEqual([{ operation_id: ids[0], retried: true }])
    expect(ledger.find(ids[0]!)).toMatchObject({ status: 'pending', forced: 1 })
  })
})

describe('operations retry --all', () => {
  test('takes up all that failed and nothing else', async () => {
    const { ledger, ids, command } = await withOperations([{}, {}, {}, {}])
    endNext(ledger, failed, succeeded, failed)
    expect(await command('operations', 'retry', '--all')).toMatchObject({
      code: 0,
      stdout: '2 operations pending again; the server takes them up within a second.\n',
      stderr: ''
    })
    expect(statuses(ledger, ids)).toEqual(['pending', 'success', 'pending', 'pending'])
  })

  test('is filtered as the list is', async () => {
    const { ledger, ids, command } = await withOperations([{}, { entity_type: 'coupon' }])
    endNext(ledger, failed, failed)
    const { stdout } = await command('operations', 'retry', '--all', '--entity', 'coupon', '--json')
    expect(JSON.parse(stdout)).toEqual({ found: 1, retried: 1 })
    expect(statuses(ledger, ids)).toEqual(['failed', 'pending'])
  })

  test('writes what succeeded since a time again, for a shop that was restored', async () => {
    const { ledger, ids, command } = await withOperations([{ received_at: Date.now() - 7_200_000 }, {}])
    endNext(ledger, succeeded, succeeded)
    const { stdout } = await command('operations', 'retry', '--all', '--force', '--status', 'success', '--since', '1h')
    expect(stdout).toMatch(/^1 operation pending again/)
    expect(statuses(ledger, ids)).toEqual(['success', 'pending'])
  })

  test('tells how many have lost their payload', async () => {
    const { ledger, command } = await withOperations([{}])
    endNext(ledger, succeeded)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1.5 * 86_400_000 })
    onTestFinished(() => void vi.useRealTimers())
    while (ledger.prune(1) > 0);
    const { code, stdout } = await command('operations', 'retry', '--all', '--force', '--status', 'success')
    expect(code).toBe(0)
    expect(stdout).toContain('1 operation cannot be: the payload is gone, as RETENTION_DAYS says. Have Odoo send them again.')
  })

  test('shows a progress bar on a terminal, apart from the result', async () => {
    const { ledger, command } = await withOperations(Array.from({ length: 250 }, () => ({})), 120)
    endNext(ledger, ...Array.from({ length: 250 }, () => failed))
    const { stdout, stderr } = await command('operations', 'retry', '--all')
    expect(stdout).toMatch(/^250 operations pending again/)
    expect(stderr).toMatch(/retry \[=+-*\] \d+% \d+\/250/)
    expect(ledger.backlog()).toMatchObject({ pending: 250 })
  })

  test('says that nothing matches', async () => {
    const { command } = await withOperations([{}])
    expect(await command('operations', 'retry', '--all')).toMatchObject({ code: 0, stdout: 'No operation matches.\n', stderr: '' })
  })
})
