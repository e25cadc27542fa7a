#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { bindingsCommand } from './commands/bindings.ts'
import { debugServerCommand } from './commands/debug-server.ts'
import { odooSetupCommand } from './commands/odoo-setup.ts'
import { operationsCommand } from './commands/operations.ts'
import { outboxCommand } from './commands/outbox.ts'
import { ConfigError, loadConfig } from './config.ts'
import { LedgerOpenError } from './ledger/errors.ts'
import { createLogger } from './log.ts'
import { startServer } from './server.ts'

/** Wrong usage or configuration. */
const MISUSE = 2
const FAILED = 1

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const complain = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

/** Stops on the first SIGTERM or SIGINT; a second one stops at once. */
const onSignal = (close: () => Promise<void>): void => {
  const stop = (): void => {
    process.once('SIGINT', () => process.exit(FAILED))
    process.once('SIGTERM', () => process.exit(FAILED))
    close().then(
      () => process.exit(0),
      () => process.exit(FAILED)
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

const port = (text: string): number => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('expected a port from 0 to 65535')
  return value
}

const program = new Command('odoo-prestashop-sync')
  .description('The way back from Odoo to PrestaShop: webhooks become Webservice calls, without loops and without losses.')
  .version(manifest.version)

program
  .command('start')
  .description('start the server; configured by .env or the environment')
  .action(async () => {
    const config = loadConfig()
    const log = createLogger({ level: config.LOG_LEVEL, format: config.LOG_FORMAT })
    const server = await startServer(config, log)
    onSignal(() => server.close())
  })

program
  .command('sandbox')
  .description('try it without a shop: a sandbox PrestaShop, the bridge, and the sample webhooks')
  .option('--exit', 'stop after the samples', false)
  .addOption(new Option('--port <port>', 'where the bridge listens; 0 = any free port').default(0).argParser(port))
  .action(async (options: { readonly exit: boolean; readonly port: number }) => {
    const { runDemo } = await import('./demo.ts')
    const { ok, close } = await runDemo({ ...options, write: print })
    if (!options.exit) {
      onSignal(close)
      return
    }
    await close()
    process.exitCode = ok ? 0 : FAILED
  })

program.addCommand(operationsCommand(print))
program.addCommand(bindingsCommand(print))
program.addCommand(debugServerCommand({ print, complain, onSignal, port }))
program.addCommand(outboxCommand(print))
program.addCommand(odooSetupCommand(print))

/** commander's own complaints are about the usage; ours come with the code they end with. */
const setExitCodes = (command: Command): void => {
  command.exitOverride(({ exitCode, code }) => process.exit(exitCode !== 0 && code.startsWith('commander.') ? MISUSE : exitCode))
  for (const subcommand of command.commands) setExitCodes(subcommand)
}
setExitCodes(program)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof ConfigError) {
    complain(`${error.message}\n\nPut these into .env (see .env.example), or try it without a shop: npm run sandbox`)
    process.exit(MISUSE)
  }
  if (error instanceof LedgerOpenError) {
    complain(error.message)
    process.exit(FAILED)
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    complain('The port is in use already: stop the other program, or choose another PORT.')
    process.exit(FAILED)
  }
  if (error instanceof Error && 'syscall' in error && (error.syscall === 'listen' || error.syscall === 'getaddrinfo')) {
    complain(`HOST and PORT cannot be listened on (${error.message}): check that HOST is an address of this machine.`)
    process.exit(FAILED)
  }
  throw error
}
