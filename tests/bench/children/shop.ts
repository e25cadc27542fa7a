import * as v from 'valibot'
import { serveSandbox } from '../../../src/sandbox/serve.ts'
import { answerCommands } from '../processes.ts'

/** A sandbox shop on loopback. */
const { shop, url, close } = await serveSandbox()

answerCommands(
  {
    address: () => ({ url, key: shop.key }),
    latency: (given) => {
      shop.settings.latencyMs = v.parse(v.number(), given)
    },
    /** How many requests came since the last time. */
    calls: () => shop.requests.splice(0).length
  },
  close
)
