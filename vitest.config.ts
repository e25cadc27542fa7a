import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // The default leaves a core idle on small machines.
    maxWorkers: 2,
    include: ['tests/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000
  }
})
