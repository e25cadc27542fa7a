import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect, onTestFinished, vi } from 'vitest'
import type { BridgeOptions } from '../support/bridge.ts'
import { afterFile } from '../support/leftovers.ts'
import { serveShop } from '../support/shop.ts'
import { type Dashboard, startDashboard } from './support.ts'

const executablePath = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path)
)

/** Whether there is a browser; said aloud when there is none. */
export const hasBrowser = executablePath !== undefined
if (!hasBrowser) process.stderr.write('SKIPPED: no Chromium for the tests in a browser (apt-get install chromium, or set CHROMIUM_PATH)\n')

let launched: Promise<Browser> | undefined
/** One for all windows of a file. */
const browser = (): Promise<Browser> => {
  if (launched) return launched
  afterFile(async () => {
    const opened = await launched
    launched = undefined
    await opened?.close()
  })
  launched = chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  return launched
}

/** A bridge whose shop is on a port: nothing is in the way between browser and server. */
export const startServed = async (options: BridgeOptions = {}): Promise<Dashboard> => {
  const { shop, close } = await serveShop()
  onTestFinished(close)
  return startDashboard({ ...options, sharedShop: shop })
}

/** A window on a bridge. Whatever its console complains about, a policy broken or a script failed, fails the test. */
export const openWindow = async ({ server }: Dashboard, options: BrowserContextOptions = {}): Promise<Page> => {
  const context = await (await browser()).newContext({ baseURL: server.url, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    // What it says of answers such as 403 and 503 is foreseen.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  onTestFinished(async () => {
    await context.close()
    expect(complaints).toEqual([])
  })
  return page
}

const gallery = process.env['SCREENSHOTS'] ?? ''

/** Keeps a picture of the whole page in the folder that SCREENSHOTS names, for people to look at. */
export const picture = async (page: Page, name: string): Promise<void> => {
  if (gallery !== '') await page.screenshot({ path: join(gallery, `${name.replaceAll(/[^\w-]+/g, '-')}.png`), fullPage: true })
}

/** Waits until an expression is true in the page; `page.waitForFunction` needs an `eval` that the policy forbids. */
export const seen = (page: Page, expression: string): Promise<unknown> => vi.waitUntil(() => page.evaluate<boolean>(expression), { timeout: 10_000 })
