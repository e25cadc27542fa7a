import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Payloads are personal data: files and folders that we make are for this user alone. What is there already stays as it is. */
const FOR_THIS_USER = { file: 0o600, folder: 0o700 } as const

/** Makes a folder and those above it. (`mkdirSync` with `recursive` never returns where no folder can be made, as in /proc.) */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return
  const parent = dirname(folder)
  if (parent !== folder) makeFolder(parent)
  try {
    mkdirSync(folder, { mode: FOR_THIS_USER.folder })
  } catch (error) {
    // Somebody else was faster.
    if (!existsSync(folder)) throw error
  }
}

/**
 * Makes an empty file with its folder, for this user alone; a file that is there already is left as it is.
 * @throws the error of the system, or one that says that it is no file
 */
export const makePrivateFile = (path: string): void => {
  const file = resolve(path)
  makeFolder(dirname(file))
  try {
    closeSync(openSync(file, 'wx', FOR_THIS_USER.file))
  } catch (error) {
    if (!existsSync(file)) throw error
    // SQLite would wait for ever for whoever writes into a pipe.
    if (!statSync(file).isFile()) throw new Error('it is no file', { cause: error })
  }
}
