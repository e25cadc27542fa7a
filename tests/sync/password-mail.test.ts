import { http, HttpResponse } from 'msw'
import { describe, expect, test } from 'vitest'
import { customerEnvelope, jane, startBridge, until } from '../support/bridge.ts'

/** The shop's password page, and the addresses it was asked for. */
const passwordPage = (status = 200) => {
  const asked: string[] = []
  const page = http.post('https://shop.test/index.php', async ({ request }) => {
    if (new URL(request.url).searchParams.get('controller') !== 'password') return new HttpResponse(null, { status: 404 })
    asked.push(new URLSearchParams(await request.text()).get('email') ?? '')
    return new HttpResponse('<html>', { status })
  })
  return { asked, pages: [page] }
}

const created = customerEnvelope(jane, { action_type: 'created' })

describe('with PASSWORD_RESET_MAIL', () => {
  test('the shop is asked to mail a new customer the link to choose a password', async () => {
    const { asked, pages } = passwordPage()
    const { post } = await startBridge({ pages, config: { PASSWORD_RESET_MAIL: 'true' } })
    await post(created)
    await until(() => asked.length > 0, 'the page was asked')
    expect(asked).toEqual([jane.email])
  })

  test('a customer that exists already is not mailed', async () => {
    const { asked, pages } = passwordPage()
    const { post } = await startBridge({ pages, config: { PASSWORD_RESET_MAIL: 'true' } })
    await post(customerEnvelope({ ...jane, email: 'pub@prestashop.com' }, { action_type: 'created', entity_id: 1 }))
    await post(created)
    await until(() => asked.length > 0, 'the page was asked')
    expect(asked).toEqual([jane.email])
  })

  test('the customer is created also when the page does not work', async () => {
    const { asked, pages } = passwordPage(500)
    const { post } = await startBridge({ pages, config: { PASSWORD_RESET_MAIL: 'true' } })
    expect((await post(created)).body).toMatchObject({ outcome: 'created' })
    await until(() => asked.length > 0, 'the page was asked')
  })
})

describe('without PASSWORD_RESET_MAIL', () => {
  test('nobody is mailed', async () => {
    const { asked, pages } = passwordPage()
    const { post } = await startBridge({ pages })
    await post(created)
    await post(customerEnvelope({ company: 'later' }))
    expect(asked).toEqual([])
  })
})
