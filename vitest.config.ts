import { constants, accessSync, statfsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const MEMORY = '/dev/shm'
const GIGABYTE = 2 ** 30

/** Whether files in memory have room: ledgers of tests need not wait for a disk. */
const hasRoomInMemory = (): boolean => {
  try {
    accessSync(MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize > GIGABYTE
  } catch {
    return false
  }
}

export default defineConfig({
  test: {
    // The default leaves a core idle on small machines; some files mostly wait.
    maxWorkers: 3,
    // Reading the modules anew for each of some 240 files would take as long as the tests themselves.
    isolate: false,
    setupFiles: ['tests/support/setup.ts'],
    env: hasRoomInMemory() ? { TMPDIR: MEMORY } : {},
    include: ['tests/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
})
