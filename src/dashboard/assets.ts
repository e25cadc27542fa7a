import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { colours } from '../http/colours.ts'

const types = {
  'dashboard.css': 'text/css; charset=utf-8',
  'dashboard.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml'
} as const

type Name = keyof typeof types

export interface Asset {
  readonly text: string
  readonly type: string
}

const folder = join(import.meta.dirname, 'public')

/** `dashboard.css` → `dashboard.1a2b3c4d5e.css`, by the content: a browser may keep it for ever. */
const hashed = (name: Name, text: string): string => {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 10)
  return name.replace('.', `.${hash}.`)
}

/** Script, style and icon of the pages, read once. */
export const loadAssets = () => {
  const files = new Map<string, Asset>()
  const names = new Map<Name, string>()
  for (const name of ['dashboard.css', 'dashboard.js', 'icon.svg'] as const) {
    const text = (name === 'dashboard.css' ? colours : '') + readFileSync(join(folder, name), 'utf8')
    const file = hashed(name, text)
    names.set(name, file)
    files.set(file, { text, type: types[name] })
  }
  return {
    icon: { text: readFileSync(join(folder, 'icon.svg'), 'utf8'), type: types['icon.svg'] } satisfies Asset,
    /** Where a file is served. */
    path: (name: Name): string => `/assets/${names.get(name)}`,
    /** By the last part of its path. */
    find: (file: string): Asset | undefined => files.get(file)
  }
}

export type Assets = ReturnType<typeof loadAssets>
