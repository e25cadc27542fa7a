import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'

/**
 * Fails when a package that is installed would run a script of its own at installation without being listed under
 * `allowScripts` in package.json.
 */
const root = join(import.meta.dirname, '..')
const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(root, ...path), 'utf8'))

const { allowScripts } = v.parse(v.object({ allowScripts: v.record(v.string(), v.boolean()) }), read('package.json'))
const lock = v.object({ packages: v.record(v.string(), v.object({ hasInstallScript: v.optional(v.boolean(), false) })) })
const { packages } = v.parse(lock, read('package-lock.json'))
const manifest = v.object({ scripts: v.optional(v.record(v.string(), v.string()), {}), gypfile: v.optional(v.boolean(), true) })

const runsScript = (path: string): boolean => {
  if (!existsSync(join(root, path, 'package.json'))) return false
  const { scripts, gypfile } = v.parse(manifest, read(path, 'package.json'))
  // npm builds what has a binding.gyp, unless it is told not to.
  const isBuilt = gypfile && existsSync(join(root, path, 'binding.gyp'))
  return isBuilt || ['preinstall', 'install', 'postinstall'].some((name) => name in scripts)
}

const unexpected = Object.entries(packages)
  .filter(([path, { hasInstallScript }]) => path !== '' && (hasInstallScript || runsScript(path)))
  .map(([path]) => path.replace(/^.*node_modules\//, ''))
  .filter((name) => allowScripts[name] !== true)

if (unexpected.length > 0) {
  process.stderr.write(`These would run a script at installation, and are not in allowScripts: ${unexpected.join(', ')}\n`)
  process.exitCode = 1
} else {
  process.stdout.write('no install scripts but those in allowScripts\n')
}
