import { afterAll } from 'vitest'
import { removeLeftovers } from './leftovers.ts'

// Run again for each file, unlike the modules that the files of a worker share.
afterAll(removeLeftovers)
