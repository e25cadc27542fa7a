import { test } from 'vitest'
import { newOutboxId } from '../../src/ledger/outbox.ts'
import { startTwoWays } from '../support/two-ways.ts'

test('held events are read afresh however often new ones come just when a look at them ends', async () => {
  const { server, released } = await startTwoWays({ module: false })
  const { ledger } = server
  for (let turn = 0; turn < 500; turn += 1) {
    ledger.events.emit('told')
    await Promise.resolve()
  }
  const id = newOutboxId()
  const event = { event_id: id, entity_type: 'customer', entity_id: 1, action_type: 'updated', after_data: { firstname: 'John' } }
  ledger.outgoing.write(({ outbox }) =>
    outbox.put({
      outbox_id: id,
      entity_type: 'customer',
      entity_id: 1,
      source: 'relay',
      event: JSON.stringify(event),
      status: 'held',
      reason: 'change',
      fields: [],
      own_write: 0
    })
  )
  await released()
})
