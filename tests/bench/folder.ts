import { closeSync, existsSync, fdatasyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { median } from './report.ts'

/** Where real ledgers lie by default: the system's folder for temporary files may be in memory, where fsync is free. */
const parent = join(import.meta.dirname, '..', '..', 'data')

export interface Folder {
  path(name: string): string
  remove(): void
}

/** A file system in memory, as Linux has one. */
const MEMORY = '/dev/shm'

const makeFolderIn = (place: string): Folder => {
  mkdirSync(place, { recursive: true })
  const folder = mkdtempSync(join(place, 'bench-'))
  return {
    path: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

/** A folder for ledgers and logs on the disk of this checkout. */
export const makeFolder = (): Folder => makeFolderIn(parent)

/** A folder where nothing has to wait for a disk; `undefined` where the system has no such place. */
export const makeFolderInMemory = (): Folder | undefined => (existsSync(MEMORY) ? makeFolderIn(MEMORY) : undefined)

/** Milliseconds that the disk takes to make a page durable: what a commit cannot be faster than. */
export const fsyncTime = (folder: Folder): number => {
  const file = openSync(folder.path('fsync'), 'w')
  const page = Buffer.alloc(4_096)
  const times = Array.from({ length: 50 }, () => {
    writeSync(file, page)
    const started = performance.now()
    fdatasyncSync(file)
    return performance.now() - started
  })
  closeSync(file)
  return median(times)
}
