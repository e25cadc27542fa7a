import { describe, expect, it } from 'vitest'
import { askIntroduction } from '../../src/prestashop/introduction.ts'
import { key, useShop } from './support/shop.ts'

const shop = useShop()

const ask = () => askIntroduction({ url: 'https://shop.test', key, timeoutMs: 5_000 })

const root = (attributes: string, headers: Record<string, string> = {}) => (): Response =>
  new Response(`<?xml version="1.0"?><prestashop><api shopName="Lab"><customers ${attributes}/></api></prestashop>`, { headers })

const empty = (version: string) => (): Response =>
  new Response('<?xml version="1.0"?><prestashop><api shopName="Lab"/></prestashop>', { headers: { 'PSWS-Version': version } })

describe('the introduction of a shop', () => {
  it('tells its version, what the key may do, and PHP’s own clock', async () => {
    const headers = { 'PSWS-Version': '8.2.1', 'Access-Time': '1767225600', Date: 'Thu, 01 Jan 2026 00:05:00 GMT' }
    shop.answer(root('get="true" put="false" post="true" patch="true" delete="false" head="true"', headers))
    expect(await ask()).toMatchObject({
      version: '8.2.1',
      hasPatch: true,
      permissions: { customers: new Set(['GET', 'POST', 'PATCH', 'HEAD']) },
      time: new Date('2026-01-01T00:00:00Z')
    })
  })

  it('falls back on the clock of the web server, and tells no version that the shop does not tell', async () => {
    shop.answer(root('get="true"', { 'PSWS-Version': '0', Date: 'Thu, 01 Jan 2026 00:05:00 GMT' }))
    expect(await ask()).toMatchObject({ version: undefined, time: new Date('2026-01-01T00:05:00Z') })
    shop.answer(root('get="true"'))
    expect((await ask()).time).toBeUndefined()
  })

  it('knows a shop without PATCH by its list of permissions', async () => {
    shop.answer(root('get="true" put="true" post="true" delete="true" head="true"'))
    expect((await ask()).hasPatch).toBe(false)
    shop.answer(root('get="true" put="true" post="true" patch="false" delete="true" head="true"'))
    expect((await ask()).hasPatch).toBe(true)
  })

  it('goes by the version when the key may do nothing at all', async () => {
    shop.answer(empty('1.7.8.11'))
    expect(await ask()).toMatchObject({ hasPatch: false, permissions: {} })
    shop.answer(empty('9.1.4'))
    expect((await ask()).hasPatch).toBe(true)
  })
})
