import { createServer } from 'node:net'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cli } from '../support/process.ts'
import { batch, moduleEvent, reverse } from './showing.ts'

const CLI = join(import.meta.dirname, '..', '..', 'src', 'cli.ts')

const READY = 'Ctrl+C ends it.'
const urlIn = (output: string): string => /listens on (\S+)/.exec(output)?.[1] ?? ''

/** The debug server as a process of its own, on a free port, once it listens. */
const started = async (parameters: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) => {
  const debug = cli(['debug-server', '--port', '0', ...parameters], environment)
  const url = urlIn(await debug.wrote(READY))
  const post = (event: unknown) => fetch(url, { method: 'POST', body: JSON.stringify(event) })
  return { debug, url, post }
}

/** A port that nobody listens on. */
const freePort = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return String(typeof address === 'object' && address ? address.port : 0)
}

describe.concurrent('debug-server', () => {
  test('needs no configuration, tells its addresses, and SIGINT ends it with 0 though somebody is connected', async () => {
    const { url, post, debug } = await started()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/webhook$/)
    await post(reverse)
    const output = await debug.wrote('customer 42 updated: email')
    expect(output).toContain(`DEBUG_WEBHOOK_URL=${url}\n`)
    const asked = performance.now()
    debug.kill('SIGINT')
    expect(await debug.ended).toMatchObject({ code: 0, signal: null, stderr: '' })
    expect(performance.now() - asked).toBeLessThan(3_000)
  })

  test('writes no colours into a pipe', async () => {
    const { post, debug } = await started()
    await post(reverse)
    expect(await debug.wrote('customer 42 updated: email')).not.toContain('\u001b')
  })

  test('writes colours where FORCE_COLOR wants them, reverse syncs in another than the rest', async () => {
    const { post, debug } = await started([], { FORCE_COLOR: '1' })
    await post(reverse)
    await post(batch(moduleEvent))
    const output = await debug.wrote('Shipped')
    expect(output).toContain('\u001b[35mREVERSE SYNC\u001b[39m')
    expect(output).toContain('\u001b[36mEVENT       \u001b[39m')
    expect(output).toContain('\u001b[32m✓ updated\u001b[39m')
  })

  test('writes nothing but events to stdout for programs', async () => {
    const port = await freePort()
    const debug = cli(['debug-server', '--json', '--port', port], {})
    const post = (): Promise<unknown> => fetch(`http://127.0.0.1:${port}/webhook`, { method: 'POST', body: JSON.stringify(reverse) }).catch(post)
    await post()
    await debug.wrote('op_1')
    debug.kill('SIGINT')
    const { stdout, stderr } = await debug.ended
    expect(JSON.parse(stdout)).toMatchObject({ event_id: 'op_1', reverse_sync: true })
    expect(stderr).toContain(`listens on http://127.0.0.1:${port}/webhook`)
  })

  test('shows whole payloads with --full', async () => {
    const { post, debug } = await started(['--full'])
    await post(reverse)
    expect(await debug.wrote('"change_summary"')).toContain('"email": "jane@example.com"')
  })

  test('tells that its port is in use, and how to choose another', async () => {
    const { url } = await started()
    const { port } = new URL(url)
    const { code, stdout, stderr } = await cli(['debug-server', '--port', port], {}).ended
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: `Port ${port} is in use already: stop the other program, or choose another with --port.\n`
    })
  })

  test('tells that its host is no address of this machine', async () => {
    const { code, stderr } = await cli(['debug-server', '--port', '0', '--host', '192.0.2.1'], {}).ended
    expect({ code, stderr }).toEqual({ code: 1, stderr: '192.0.2.1 is no address of this machine: choose another with --host.\n' })
  })

  test('ends with 2 when its port is none', async () => {
    expect((await cli(['debug-server', '--port', '70000'], {}).ended).code).toBe(2)
  })

  test('warns when more than this machine can reach it', async () => {
    const { debug } = await started(['--host', '0.0.0.0'])
    debug.kill('SIGTERM')
    expect(await debug.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('Whoever reaches 0.0.0.0 can read the payloads') })
  })

  test('ends quietly when whoever reads its output has gone', async ({ onTestFinished }) => {
    const port = await freePort()
    const child = spawn(process.execPath, [CLI, 'debug-server', '--port', port], { stdio: ['ignore', 'pipe', 'pipe'] })
    onTestFinished(() => {
      child.kill('SIGKILL')
    })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk
    })
    const ended = once(child, 'close')
    await once(child.stdout, 'data')
    child.stdout.destroy()
    await fetch(`http://127.0.0.1:${port}/webhook`, { method: 'POST', body: JSON.stringify(reverse) }).catch(() => undefined)
    expect(await ended).toEqual([0, null])
    expect(stderr).toBe('')
  })
})
