import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { odooId } from '../support/ledger.ts'
import { objectIn } from './command-line.ts'
import { endNext, withOperations } from './operations.ts'

const webhook = {
  event_id: 'odoo-customer-7-1',
  odoo_id: odooId(7),
  source_payload: JSON.stringify({
    entity_type: 'customer',
    data: { email: 'jane@example.com', firstname: 'Jane', passwd: 'correct horse', api_key: ['battery'] }
  })
}

/** The lines of a story by their names. */
const storyIn = (stdout: string): Record<string, string> =>
  Object.fromEntries(
    stripVTControlCharacters(stdout)
      .split('\n')
      .map((line) => /^ {2}(\S.*?) {2,}(.*)$/.exec(line))
      .filter((match) => match !== null)
      .map(([, name = '', value = '']) => [name, value])
  )

const NOT_FOUND = {
  status: 'failed',
  error: { message: 'The shop has no customer for this record of Odoo', kind: 'permanent' },
  result_data: { code: 'not_found', ignored_fields: ['mobile'] }
} as const

describe('operations show', () => {
  test('tells the whole story', async () => {
    const { ledger, ids, command } = await withOperations([webhook])
    endNext(ledger, { status: 'success', outcome: 'updated', entity_id: 45, result_data: { updated_fields: ['email', 'firstname'], kept_fields: ['note'] } })
    const { code, stdout, stderr } = await command('operations', 'show', ids[0]!)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.split('\n')[0]).toBe(`${ids[0]}  customer 7 updated`)
    expect(storyIn(stdout)).toMatchObject({
      status: 'success: updated',
      received: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, .+ ago, from odoo$/),
      event: 'odoo-customer-7-1',
      'record in Odoo': 'res.partner 7',
      'record in the shop': 'customers 45',
      'fields sent': 'email, firstname, passwd, api_key',
      'updated fields': 'email, firstname',
      'kept fields': 'note',
      attempts: '1',
      took: '5 ms'
    })
  })

  test('tells why it failed and what to do', async () => {
    const { ledger, ids, command } = await withOperations([webhook])
    endNext(ledger, NOT_FOUND)
    expect(storyIn((await command('operations', 'show', ids[0]!)).stdout)).toMatchObject({
      status: 'failed',
      error: NOT_FOUND.error.message,
      'kind of error': 'permanent',
      'what to do': expect.stringContaining('bindings set <entity> <odoo id> <shop id>')
    })
  })

  test('tells when it is tried again, why, and what comes before it', async () => {
    const { ledger, ids, command } = await withOperations([webhook, { odoo_id: odooId(7) }])
    const [taken] = ledger.take(1, () => 1)
    ledger.postpone(taken!.lane, taken!.run, {
      next_attempt_at: Date.now() + 60_000,
      burnt: true,
      error: { message: 'GET /customers: the shop is away (status 502)', kind: 'unavailable' }
    })
    expect(storyIn((await command('operations', 'show', ids[0]!)).stdout)).toMatchObject({
      status: 'pending',
      'last error': 'GET /customers: the shop is away (status 502)',
      'next attempt': expect.stringMatching(/^\d{4}-/),
      'what to do': 'nothing: it goes on by itself when the shop answers'
    })
    expect(storyIn((await command('operations', 'show', ids[1]!)).stdout)).toMatchObject({
      'comes after': `${ids[0]} of the same record, pending`
    })
  })

  test('holds neither personal data nor secrets', async () => {
    const { ids, command } = await withOperations([webhook])
    for (const parameters of [[], ['--json']]) {
      const { stdout } = await command('operations', 'show', ids[0]!, ...parameters)
      expect(stdout).not.toMatch(/jane@example\.com|correct horse|battery/)
    }
  })

  test('adds the webhook when it is asked to, with secrets masked', async () => {
    const { ids, command } = await withOperations([webhook])
    const { stdout } = await command('operations', 'show', ids[0]!, '--payload')
    expect(stdout).toContain('\n    "email": "jane@example.com",\n')
    const { source_payload: payload } = objectIn((await command('operations', 'show', ids[0]!, '--payload', '--json')).stdout)
    expect(payload).toMatchObject({ data: { firstname: 'Jane', passwd: '[masked]', api_key: '[masked]' } })
  })

  test('is JSON for programs', async () => {
    const { ledger, ids, command } = await withOperations([webhook])
    endNext(ledger, NOT_FOUND)
    expect(JSON.parse((await command('operations', 'show', ids[0]!, '--json')).stdout)).toMatchObject({
      operation_id: ids[0],
      odoo_id: 7,
      attempts: 1,
      result_data: { code: 'not_found' }
    })
  })

  test('wants more of an id that several begin with', async () => {
    const { command } = await withOperations([{}, {}])
    expect(await command('operations', 'show', 'op_')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'Several operations begin with op_: give more of the id.\n'
    })
    expect(await command('operations', 'show', 'op_nothing')).toMatchObject({ code: 1, stderr: 'There is no operation op_nothing.\n' })
  })
})
