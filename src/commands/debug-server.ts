import { styleText } from 'node:util'
import { Command, Option } from 'commander'
import { isLoopback, startDebugServer } from '../notify/debug-server.ts'
import { printForPeople, printForPrograms, type Style } from '../notify/print.ts'
import { FAILED } from './ledger.ts'

export interface Terminal {
  readonly print: (line: string) => void
  readonly complain: (line: string) => void
  /** Has `close` called when the process is to end, and ends it then. */
  readonly onSignal: (close: () => Promise<void>) => void
  /** Reads a port from an option. */
  readonly port: (text: string) => number
}

interface Options {
  readonly port: number
  readonly host: string
  readonly json: boolean
  readonly full: boolean
}

const EXAMPLES = `
Examples:
  $ odoo-prestashop-sync debug-server
  $ odoo-prestashop-sync debug-server --port 5001 --full
  $ odoo-prestashop-sync debug-server --json | jq 'select(.reverse_sync and .result.success == false)'`

/** Colours for a terminal, none for a pipe; NO_COLOR and FORCE_COLOR decide otherwise. */
const style: Style = (format, text) => styleText(format, text, { stream: process.stdout })

/** What to say when the server cannot listen. */
const trouble = (error: unknown, { host, port }: Options): string | undefined => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return `Port ${port} is in use already: stop the other program, or choose another with --port.`
  if (code === 'EACCES') return `Port ${port} is not for everybody: choose one from 1024 on with --port.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is no address of this machine: choose another with --host.`
  return undefined
}

/** `debug-server` */
export const debugServerCommand = ({ print, complain, onSignal, port }: Terminal): Command => {
  const command = new Command('debug-server')
    .description('show what happens as it happens: point DEBUG_WEBHOOK_URL, or the webhook URL of the module in the shop, here')
    .addOption(new Option('--port <port>', 'where it listens; 0 = any free port').default(5000).argParser(port))
    .addOption(new Option('--host <address>', 'on which address; payloads are shown to whoever reaches it').default('127.0.0.1'))
    .option('--json', 'one JSON object per event, each on a line, for programs', false)
    .option('--full', 'with the whole payload of each event', false)
    .addHelpText('after', EXAMPLES)

  return command.action(async (options: Options) => {
    const { json, full } = options
    // For programs nothing but events goes to stdout.
    const tell = json ? complain : print
    const server = await startDebugServer({
      ...options,
      printer: json ? printForPrograms({ full }) : printForPeople({ full, style }),
      write: print,
      complain
    }).catch((error: unknown) => {
      const message = trouble(error, options)
      if (message === undefined) throw error
      return command.error(message, FAILED)
    })
    // Before it is told that it listens: whoever reads that may end it.
    onSignal(server.close)
    // `debug-server | head`: nobody reads any more.
    process.stdout.on('error', () => process.exit(0))
    tell(`The debug server listens on ${server.url}/webhook`)
    tell(`  for the bridge   DEBUG_WEBHOOK_URL=${server.url}/webhook`)
    tell(`  in a browser     ${server.url}/`)
    if (!isLoopback(options.host)) complain(`Whoever reaches ${options.host} can read the payloads, personal data included.`)
    tell('Ctrl+C ends it.\n')
  })
}
