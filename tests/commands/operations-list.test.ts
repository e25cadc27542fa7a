import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { customerEvent, newEntry } from '../outgoing/delivery-stage.ts'
import { odooId } from '../support/ledger.ts'
import { type CommandLine, objectsIn } from './command-line.ts'
import { endNext, withOperations } from './operations.ts'

/** The Odoo ids of what is listed. */
const listed = async (command: CommandLine, ...parameters: string[]): Promise<unknown[]> => {
  const { code, stdout, stderr } = await command('operations', 'list', '--json', ...parameters)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return objectsIn(stdout).map(({ odoo_id }) => odoo_id)
}

const HOUR = 3_600_000

describe('operations list', () => {
  test('has the newest first', async () => {
    const { command } = await withOperations([{}, {}, {}])
    expect(await listed(command)).toEqual([3, 2, 1])
  })

  test('is filtered by status, entity and outcome', async () => {
    const { ledger, command } = await withOperations([{}, {}, { entity_type: 'coupon' }])
    endNext(
      ledger,
      { status: 'success', outcome: 'created' },
      { status: 'failed', error: { message: 'firstname must not contain digits', kind: 'permanent' } }
    )
    expect(await listed(command, '--status', 'failed')).toEqual([2])
    expect(await listed(command, '--status', 'pending')).toEqual([3])
    expect(await listed(command, '--outcome', 'created')).toEqual([1])
    expect(await listed(command, '--entity', 'coupon')).toEqual([3])
    expect(await listed(command, '--entity', 'customer', '--status', 'pending')).toEqual([])
  })

  test.each([
    ['a span back from now', '2h'],
    ['a moment with its zone', new Date(Date.now() - 2 * HOUR).toISOString()]
  ])('is filtered by the time of receipt: %s', async (_, since) => {
    const { command } = await withOperations([{ received_at: Date.now() - 3 * HOUR }, { received_at: Date.now() - HOUR }])
    expect(await listed(command, '--since', since)).toEqual([2])
  })

  test.each([
    ['the event', 'evt-7'],
    ['the id in Odoo', '7'],
    ['the reference in the payload, in any case', 'xkbknabjk']
  ])('is filtered by %s', async (_, text) => {
    const { command } = await withOperations([
      { event_id: 'evt-77', odoo_id: odooId(77) },
      { event_id: 'evt-7', odoo_id: odooId(7), source_payload: '{"data":{"reference":"XKBKNABJK"}}' }
    ])
    expect(await listed(command, '--text', text)).toEqual([7])
  })

  test("is filtered by the operation's id, the shop's id, a coupon's code and a customer's email", async () => {
    const { ledger, ids, command } = await withOperations([
      { source_payload: '{"data":{"code":"SPRING"}}' },
      { source_payload: '{"data":{"email":"jane@example.com"}}' },
      {}
    ])
    endNext(ledger, { status: 'success', outcome: 'created', entity_id: 4711 })
    expect(await listed(command, '--text', ids[2]!)).toEqual([3])
    expect(await listed(command, '--text', '4711')).toEqual([1])
    expect(await listed(command, '--text', 'spring')).toEqual([1])
    expect(await listed(command, '--text', 'JANE@example.com')).toEqual([2])
  })

  test('goes on behind the last operation of the page before', async () => {
    const { ids, command } = await withOperations([{}, {}, {}, {}, {}])
    expect(await listed(command, '--limit', '2')).toEqual([5, 4])
    expect(await listed(command, '--limit', '2', '--before', ids[3]!)).toEqual([3, 2])
    expect(await listed(command, '--limit', '2', '--before', ids[1]!)).toEqual([1])
  })

  test('says on a terminal how to see the next page, and only when there is one', async () => {
    const { ids, command } = await withOperations([{}, {}, {}], 200)
    expect((await command('operations', 'list', '--limit', '2')).stdout).toContain(`More with: --before ${ids[1]}`)
    expect((await command('operations', 'list', '--limit', '3')).stdout).not.toContain('More with')
  })

  test('gives programs no payload', async () => {
    const { command } = await withOperations([{ source_payload: '{"data":{"email":"jane@example.com"}}' }])
    const { stdout } = await command('operations', 'list', '--json')
    expect(stdout).not.toContain('jane@example.com')
    expect(JSON.parse(stdout)).toMatchObject([{ status: 'pending', received_at: expect.stringMatching(/^\d{4}-.*Z$/) }])
  })
})

describe('the table of operations', () => {
  const longError = { status: 'failed', error: { message: `firstname ${'x'.repeat(200)} end`, kind: 'permanent' } } as const

  test.each([80, 100, 132])('fits a terminal of %s columns', async (columns) => {
    const { ledger, command } = await withOperations([{}, {}], columns)
    endNext(ledger, longError)
    const { stdout } = await command('operations', 'list')
    const lines = stripVTControlCharacters(stdout).trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(Math.max(...lines.map((line) => line.length))).toBe(columns)
    expect(lines.at(-1)).toMatch(/failed +firstname x+…$/)
  })

  test('shows so much of an id on a narrow terminal that show finds it by that', async () => {
    const { ids, ledger, command } = await withOperations([{}], 80)
    endNext(ledger, longError)
    const { stdout } = await command('operations', 'list')
    const shown = /op_\w+…/.exec(stripVTControlCharacters(stdout))![0]
    expect((await command('operations', 'show', shown)).stdout).toContain(ids[0])
  })

  test('is whole and without colours for a program', async () => {
    const { ledger, ids, command } = await withOperations([{}])
    endNext(ledger, longError)
    const { stdout } = await command('operations', 'list')
    const [head, row, ...rest] = stdout.split('\n')
    expect(head).toMatch(/^RECEIVED +OPERATION +WHAT +STATUS +OUTCOME$/)
    expect(row).toMatch(new RegExp(`^\\S+Z  ${ids[0]}  customer 1 updated  failed  firstname x+ end$`))
    expect(rest).toEqual([''])
  })

  test('is coloured on a terminal', async () => {
    const { command } = await withOperations([{}], 120)
    expect((await command('operations', 'list')).stdout).toContain('\u001B[33mpending')
  })

  test('shows what came from outside on one line, and has the terminal obey none of it', async () => {
    const { ledger, command } = await withOperations([{}], 120)
    endNext(ledger, { status: 'failed', error: { message: 'bad \u001B[2J\u202Evalue\r\nnext', kind: 'permanent' } })
    expect((await command('operations', 'list')).stdout).toContain('bad  [2J value next')
  })

  test('says on a terminal that nothing matches', async () => {
    const { command } = await withOperations([], 120)
    expect((await command('operations', 'list')).stdout).toBe('No operation matches.\n')
  })
})

test('outbox list has a head over every column, also over why an event is where it is', async () => {
  const { ledger, command } = await withOperations([])
  ledger.outgoing.write(({ outbox }) => outbox.put(newEntry(customerEvent(5))))
  const { stdout } = await command('outbox', 'list')
  const [head, row] = stdout.trimEnd().split('\n').map((line) => line.trim().split(/ {2,}/))
  expect(head).toEqual(['ADDED', 'EVENT', 'WHAT', 'FROM', 'STATUS', 'ATTEMPTS', 'WHY'])
  expect(row).toHaveLength(7)
  expect(row?.at(-1)).toBe('change')
})
