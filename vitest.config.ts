import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // The default leaves a core idle on small machines.
    maxWorkers: 2,
    // Reading the modules anew for each of some 240 files would take as long as the tests themselves.
    isolate: false,
    setupFiles: ['tests/support/setup.ts'],
    include: ['tests/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
})
