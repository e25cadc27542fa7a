#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { operatorCommands } from './commands/commands.ts'
import { debugServerCommand } from './commands/debug-server.ts'
import { odooSetupCommand } from './commands/odoo-setup.ts'
import { run } from './commands/run.ts'
import { FAILURE, processShell } from './commands/shell.ts'
import { loadConfig, unknownNames } from './config.ts'
import { createLogger } from './log.ts'
import { startServer } from './server.ts'

const shell = processShell()
const { print, complain } = shell.terminal

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads has seen enough, as in `operations list | head`.
  if (error.code === 'EPIPE') process.exit(0)
  complain(`The output cannot be written (${error.code ?? error.message}): what was done is done, but not all of it is told.`)
  process.exit(FAILURE)
})
// There is nobody left to tell.
process.stderr.on('error', () => undefined)

/** Stops on the first SIGTERM or SIGINT; a second one stops at once. */
const onSignal = (close: () => Promise<void>): void => {
  const stop = (): void => {
    process.once('SIGINT', () => process.exit(FAILURE))
    process.once('SIGTERM', () => process.exit(FAILURE))
    close().then(
      () => process.exit(0),
      () => process.exit(FAILURE)
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
  .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration. Each command tells more: check --help')

program
  .command('start')
  .description('start the server; configured by .env or the environment')
  .action(async () => {
    const config = loadConfig()
    const log = createLogger({ level: config.LOG_LEVEL, format: config.LOG_FORMAT })
    const misspelt = unknownNames()
    if (misspelt.length > 0) log.warn({ names: misspelt }, '.env has names that no variable has: look for misspellings')
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
    process.exitCode = ok ? 0 : FAILURE
  })

for (const command of operatorCommands(shell)) program.addCommand(command)
program.addCommand(debugServerCommand({ print, complain, onSignal, port }))
program.addCommand(odooSetupCommand(shell))

const code = await run(program, process.argv.slice(2), shell.terminal)
if (code !== 0) process.exitCode = code
