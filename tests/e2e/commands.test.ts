import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { openLedger } from '../../src/ledger/ledger.ts'
import { createSandboxShop, type SandboxShop } from '../../src/sandbox/shop.ts'
import { customerEnvelope, jane } from '../support/bridge.ts'
import { newOperation } from '../support/ledger.ts'
import { type BridgeProcess, cli, type Ended, environmentFor, ledgerPath, run, servedShop, START, startProcess } from '../support/process.ts'

interface Beside {
  readonly ledger: string
  readonly shop: SandboxShop
  readonly bridge: BridgeProcess
  /** Runs a command on the same ledger. */
  readonly command: (...parameters: string[]) => Promise<Ended>
}

/** A running server, and the command line beside it. */
const beside = async (given: Readonly<Record<string, string>> = {}): Promise<Beside> => {
  const shop = await servedShop()
  const ledger = ledgerPath()
  const bridge = await startProcess(shop, ledger, { ACK_WAIT_MS: '5000', ...given })
  const environment = environmentFor(shop, ledger, given)
  return { ledger, shop, bridge, command: (...parameters) => cli(parameters, environment).ended }
}

/** A ledger with more operations than fit into a pipe. */
const listOfMany = async (): Promise<{ readonly path: string }> => {
  const path = ledgerPath()
  const ledger = openLedger({ path, as: 'tool' })
  await Promise.all(Array.from({ length: 500 }, () => ledger.accept(newOperation())))
  ledger.close()
  return { path }
}

/** Runs a line of bash, with the command line as `"$NODE" "$CLI"`, on a ledger. */
const inShell = (line: string, ledger: string): Promise<Ended> =>
  run('bash', ['-c', line], { ...environmentFor(createSandboxShop(), ledger), NODE: process.execPath, CLI: START[0] }).ended

const hasScript = spawnSync('script', ['--version']).status === 0

const notThere = customerEnvelope({ company: 'Roe & Sons', email: jane.email })

describe.concurrent('operations, beside a running server', () => {
  test('are listed for people and for programs, and shown without their payload', async () => {
    const { bridge, command } = await beside()
    const { body: good } = await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    const { body: bad } = await bridge.post(customerEnvelope({ ...jane, firstname: 'R2-D2' }, { entity_id: 7 }))
    const [list, failed, json, show] = await Promise.all([
      command('operations', 'list'),
      command('operations', 'list', '--status', 'failed'),
      command('operations', 'list', '--json'),
      command('operations', 'show', '--json', String(bad['operation_id']))
    ])
    for (const { code, stderr } of [list, failed, json, show]) expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(list.stdout.split('\n')[0]).toMatch(/^RECEIVED +OPERATION +WHAT +STATUS +OUTCOME$/)
    expect(list.stdout).toMatch(new RegExp(`${String(good['operation_id'])} +customer 1001 created +success +created`))
    expect(failed.stdout).not.toContain(String(good['operation_id']))
    expect(failed.stdout).toMatch(/customer 7 updated +failed +firstname must not contain/)
    expect(JSON.parse(json.stdout)).toMatchObject([
      { operation_id: bad['operation_id'], status: 'failed', error_field: 'firstname', result_data: { code: 'validation' } },
      { operation_id: good['operation_id'], status: 'success', outcome: 'created', entity_id: good['entity_id'] }
    ])
    expect(JSON.parse(show.stdout)).toMatchObject({ operation_id: bad['operation_id'], odoo_id: 7, attempts: 1 })
    expect(json.stdout + show.stdout).not.toContain(jane.email)
  })

  test('are tried again by the server when the cause is gone', async () => {
    const { shop, bridge, command } = await beside()
    const { status, body } = await bridge.post(notThere)
    expect(status).toBe(422)
    const id = shop.backOffice.create('customers', { ...jane, passwd: 'secret', active: '1', id_shop: '1' })
    const retried = await command('operations', 'retry', String(body['operation_id']))
    expect(retried).toMatchObject({ code: 0, stderr: '' })
    await bridge.drained()
    expect(shop.row('customers', id)).toMatchObject({ company: 'Roe & Sons' })
    expect((await bridge.get(`/api/operations/${String(body['operation_id'])}`)).body).toMatchObject({ outcome: 'updated' })
  })

  test('that succeeded are only tried again with --force, which writes what somebody changed in the shop since', async () => {
    const { shop, bridge, command } = await beside()
    const { body } = await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    shop.backOffice.update('customers', Number(body['entity_id']), { firstname: 'Restored' })
    const operationId = String(body['operation_id'])
    expect(await command('operations', 'retry', operationId)).toMatchObject({ code: 1, stdout: '' })
    expect(await command('operations', 'retry', operationId, '--force')).toMatchObject({ code: 0 })
    await bridge.drained()
    expect(shop.row('customers', Number(body['entity_id']))).toMatchObject({ firstname: jane.firstname })
  })
})

describe.concurrent('a backup, beside a running server', () => {
  test('is whole although the server writes, and a server goes on with it after the ledger is lost', async () => {
    const { shop, bridge, ledger, command } = await beside()
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    const busy = Array.from({ length: 40 }, (_, index) => bridge.post(customerEnvelope({ note: String(index) })))
    const copy = `${ledger}.copy`
    expect(await command('backup', copy)).toMatchObject({ code: 0, stderr: '' })
    await Promise.all(busy)
    bridge.kill('SIGKILL')
    await bridge.ended

    const restored = await startProcess(shop, copy, { ACK_WAIT_MS: '5000' })
    expect((await restored.post(customerEnvelope({ firstname: 'Janet' }))).body).toMatchObject({ outcome: 'updated' })
  })
})

describe.concurrent('check, as a process', () => {
  test('ends with 0 beside a server that all is well with, and with 1 when the shop is gone', async () => {
    const { shop, command } = await beside({ WEBHOOK_SECRET: '5d41402abc4b2a76b9719d911017c592' })
    const well = await command('check')
    expect(well).toMatchObject({ code: 0, stderr: '' })
    expect(well.stdout).toMatch(/^ok +ledger .* a server is running on it\.$/m)
    shop.inject({ answer: 'drop' })
    expect(await command('check')).toMatchObject({ code: 1, stderr: '' })
  })

  test('ends with 2 without configuration, and says what is missing', async () => {
    const { code, stdout, stderr } = await cli(['check']).ended
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
    expect(stdout).toMatch(/^problem +configuration +PRESTASHOP_URL is missing/m)
  })
})

describe.concurrent('a name in .env that means nothing', () => {
  test('is warned of by check', async () => {
    const { stdout } = await inShell('printf "PRESTASHOP_TIMEOUT=1\\nTZ=UTC\\nHTTPS_PROXY=\\n" > .env; "$NODE" "$CLI" check --json', ledgerPath())
    expect(stdout).toContain('PRESTASHOP_TIMEOUT in .env is no variable of this program')
  })

  test('is told by any command beside what is wrong', async () => {
    const { code, stderr } = await inShell('echo WEBHOOK_SECERT=1 > .env; PORT=http "$NODE" "$CLI" operations list', ledgerPath())
    expect(code).toBe(2)
    expect(stderr).toContain('PORT is wrong')
    expect(stderr).toContain('in .env, but no variable of this program (misspelt?): WEBHOOK_SECERT')
  })
})

describe.concurrent('the output', () => {
  test('may be cut off by whoever reads it', async () => {
    const { path } = await listOfMany()
    const { code, stdout, stderr } = await inShell(`"$NODE" "$CLI" operations list --limit 10000 --json | head -c 10; echo "\${PIPESTATUS[0]}"`, path)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^\[\{"operati0\n$/)
  })

  test.runIf(process.platform === 'linux')('that cannot be written is one line and exit code 1, also when the complaint cannot be written', async () => {
    const { path } = await listOfMany()
    const [told, untold] = await Promise.all([
      inShell('"$NODE" "$CLI" operations list > /dev/full', path),
      inShell('"$NODE" "$CLI" operations list > /dev/full 2> /dev/full', path)
    ])
    expect(told).toEqual({ code: 1, signal: null, stdout: '', stderr: expect.stringMatching(/^The output cannot be written \(ENOSPC\): [^\n]+\n$/) })
    expect(untold).toMatchObject({ code: 1, stderr: '' })
  })

  test.runIf(hasScript)('is coloured on a terminal, unless NO_COLOR is set', async () => {
    const { path } = await listOfMany()
    const onTerminal = (variables: string) => inShell(`${variables} script -qec '"$NODE" "$CLI" operations list --limit 1' /dev/null`, path)
    expect((await onTerminal('TERM=xterm')).stdout).toContain('\u001B[33mpending')
    const plain = await onTerminal('TERM=xterm NO_COLOR=1')
    expect(plain.stdout).toContain('pending')
    expect(plain.stdout).not.toContain('\u001B[33m')
  })
})

describe.concurrent('bindings, beside a running server', () => {
  test('are set, listed and removed, and the server goes by them at once', async () => {
    const { shop, bridge, command } = await beside()
    const id = shop.backOffice.create('customers', { ...jane, passwd: 'secret', active: '1', id_shop: '1' })
    const update = (note: string) => bridge.post(customerEnvelope({ note }, { entity_id: 77 }))
    expect((await update('nobody')).body).toMatchObject({ code: 'not_found' })

    expect(await command('bindings', 'set', 'customer', '77', String(id))).toMatchObject({ code: 0, stderr: '' })
    expect((await update('bound')).body).toMatchObject({ outcome: 'updated', entity_id: id })
    const [list, json] = await Promise.all([command('bindings', 'list'), command('bindings', 'list', 'customer', '--json')])
    expect(list.stdout).toMatch(new RegExp(`customer +res\\.partner +77 +${id}\n`))
    expect(JSON.parse(json.stdout)).toMatchObject([{ entity_type: 'customer', odoo_id: 77, shop_id: id }])

    expect(await command('bindings', 'remove', 'customer', '77')).toMatchObject({ code: 0, stderr: '' })
    expect((await update('nobody again')).body).toMatchObject({ code: 'not_found' })
    expect(shop.row('customers', id)).toMatchObject({ note: 'bound' })
  })

  test('set over another record of Odoo take its place', async () => {
    const { bridge, command } = await beside()
    const { body } = await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await command('bindings', 'set', 'customer', '77', String(body['entity_id']))
    expect(JSON.parse((await command('bindings', 'list', '--json')).stdout)).toMatchObject([{ odoo_id: 77 }])
  })
})

/** The whole configuration; none of these commands asks the shop. */
const configured = (): Record<string, string> => environmentFor(createSandboxShop(), ledgerPath())

const codesOf = (commands: readonly string[][], environment: Record<string, string>) =>
  Promise.all(
    commands.map(async (parameters) => {
      const { code, stdout, stderr } = await cli(parameters, environment).ended
      return { command: parameters.join(' '), code, stdout, isOneLine: stderr.trim().split('\n').length === 1, isError: stderr.startsWith('error:') }
    })
  )

describe.concurrent('the exit code', () => {
  test('is 1 for what is not there, which is told in one line', async () => {
    const commands = [
      ['operations', 'show', 'op_nothing'],
      ['operations', 'retry', 'op_nothing'],
      ['bindings', 'remove', 'customer', '77']
    ]
    expect(await codesOf(commands, configured())).toMatchObject(
      commands.map((parameters) => ({ command: parameters.join(' '), code: 1, stdout: '', isOneLine: true }))
    )
  })

  test('is 2 for wrong usage', async () => {
    const commands = [
      ['stat'],
      ['operations', 'list', '--all'],
      ['operations', 'list', '--status', 'done'],
      ['bindings', 'set', 'customer', '-1', '2'],
      ['sandbox', '--exit', '--port', '70000']
    ]
    expect(await codesOf(commands, configured())).toMatchObject(
      commands.map((parameters) => ({ command: parameters.join(' '), code: 2, stdout: '', isError: true }))
    )
  })

  test('is 2 for a command without configuration', async () => {
    const { code, stderr } = await cli(['operations', 'list']).ended
    expect(code).toBe(2)
    expect(stderr).toContain('PRESTASHOP_URL is missing')
  })

  test('is 0 for help and version', async () => {
    const commands = [['--help'], ['bindings', 'set', '--help'], ['--version']]
    expect(await codesOf(commands, {})).toMatchObject(
      commands.map((parameters) => ({
        command: parameters.join(' '),
        code: 0,
        stdout: expect.stringMatching(/Usage: odoo-prestashop-sync|^\d+\.\d+\.\d+\n$/)
      }))
    )
  })
})
