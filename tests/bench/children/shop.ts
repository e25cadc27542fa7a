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
    /** Makes as many customers. */
    customers: (given) => {
      const account = { firstname: 'John', lastname: 'Doe', passwd: 'secret', active: '1' }
      for (let made = 0; made < v.parse(v.number(), given); made += 1) {
        shop.backOffice.create('customers', { ...account, email: `john-${made}@example.com` })
      }
    },
    /** How many requests came since the last time. */
    calls: () => shop.requests.splice(0).length
  },
  close
)
