import { describe, expect, test } from 'vitest'
import { addressEnvelope, customerEnvelope, home, jane, startBridge } from '../support/bridge.ts'

const everything = `<b>&amp; & "double" 'single' ]]> <![CDATA[x]]> <!-- c --> <?php ?> &#13; {x} = %\r\n\ttab\rline\n😀 漢字 العربية é e\u0301 \u00A0\u200B \uFFFD`
const generic = `A & "B" 'C' ]] &amp; &lt; #1 %; é 漢字 😀\r\n\ttab`

/** As much of what XML knows as each field's rule in the shop lets through. */
const texts = {
  customer: {
    note: everything,
    company: generic,
    firstname: `Zoë & 'Jo' ~ 漢字 😀`,
    lastname: `O'Brien & d’Été-Smith ~`,
    siret: `"&' ]]é😀`,
    ape: '6201Z',
    website: 'https://shop.example.com/?a=1&b=2&amp=é$+~#x 漢字'
  },
  address: {
    alias: `R&D "lab" ]] é 😀\t`,
    company: generic,
    firstname: `Zoë & 'Jo' ]] [x] *`,
    lastname: `O'Brien & Sons ]]`,
    vat_number: `FR & "1" ']]`,
    address1: `12 "Rue" & l'Étoile; [B] ]] #3 (x) ° ~\t😀`,
    address2: `&amp; &#13; ]] \r\n 漢字`,
    city: `L'Haÿ & les 'Roses' (x) ]] 東京 😀`,
    postcode: '0 15-AZ',
    dni: '1.2-Z',
    phone: '+33 (0)1.23/45-67',
    phone_mobile: '+33 6',
    other: `Ring & "wait" 'please' ]] = &lt; %\r\n\t😀 漢字`
  }
}

describe('every text', () => {
  test('of a customer arrives in the shop unchanged, and is known again', async () => {
    const bridge = await startBridge()
    const webhook = customerEnvelope({ ...jane, ...texts.customer }, { action_type: 'created' })
    const { status, body } = await bridge.post(webhook)
    expect({ status, body }).toMatchObject({ status: 200, body: { outcome: 'created' } })
    expect(bridge.shop.row('customers', Number(body['entity_id']))).toMatchObject(texts.customer)
    expect((await bridge.post(webhook)).body).toMatchObject({ outcome: 'unchanged', entity_id: body['entity_id'] })
  })

  test('of an address arrives in the shop unchanged, and is known again', async () => {
    const bridge = await startBridge()
    const webhook = addressEnvelope({ ...home, ...texts.address, id_customer: 1 })
    const { status, body } = await bridge.post(webhook)
    expect({ status, body }).toMatchObject({ status: 200, body: { outcome: 'created' } })
    expect(bridge.shop.row('addresses', Number(body['entity_id']))).toMatchObject(texts.address)
    expect((await bridge.post(webhook)).body).toMatchObject({ outcome: 'unchanged', entity_id: body['entity_id'] })
    // By its natural key too, from a record of Odoo that is not bound.
    const again = await bridge.post({ ...webhook, entity_id: 9, action_type: 'updated' })
    expect(again.body).toMatchObject({ code: 'identity_conflict', error: expect.stringContaining(`address ${String(body['entity_id'])}`) })
  })

  test('that changes arrives unchanged as well', async () => {
    const bridge = await startBridge()
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    const { body } = await bridge.post(customerEnvelope(texts.customer))
    expect(body).toMatchObject({ outcome: 'updated' })
    expect(bridge.shop.row('customers', Number(body['entity_id']))).toMatchObject(texts.customer)
  })

  test('with white space around it keeps it', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(customerEnvelope({ ...jane, company: '  Roe \n', note: '\r\n' }, { action_type: 'created' }))
    expect(bridge.shop.row('customers', Number(body['entity_id']))).toMatchObject({ company: '  Roe \n', note: '\r\n' })
  })

  test('is emptied by null, false and the empty text', async () => {
    const bridge = await startBridge()
    await bridge.post(customerEnvelope({ ...jane, company: 'A', note: 'B', website: 'example.com' }, { action_type: 'created' }))
    const { body } = await bridge.post(customerEnvelope({ company: null, note: false, website: '' }))
    expect(bridge.shop.row('customers', Number(body['entity_id']))).toMatchObject({ company: '', note: '', website: '' })
  })

  test('of digits keeps its zeros', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(addressEnvelope({ ...home, id_customer: 1, postcode: '01500', phone: '0102030405' }))
    expect(bridge.shop.row('addresses', Number(body['entity_id']))).toMatchObject({ postcode: '01500', phone: '0102030405' })
  })
})

describe('an email', () => {
  test.each(['jane+tag@example.com', 'Jane.Roe@Example.COM', "o'brien@example.com", 'jane&joe@example.com', 'zoë@exämple.com', 'a%b@example.com'])(
    'such as %s arrives unchanged, and finds its customer again',
    async (email) => {
      const bridge = await startBridge()
      const { body } = await bridge.post(customerEnvelope({ ...jane, email }, { action_type: 'created' }))
      expect(body).toMatchObject({ outcome: 'created' })
      expect(bridge.shop.row('customers', Number(body['entity_id']))).toMatchObject({ email })
      const address = await bridge.post(addressEnvelope({ ...home, customer_email: email }))
      expect(bridge.shop.row('addresses', Number(address.body['entity_id']))).toMatchObject({ id_customer: String(body['entity_id']) })
    }
  )

  test('in other letters is the same one: no second customer is made', async () => {
    const bridge = await startBridge()
    const id = bridge.shop.backOffice.create('customers', { ...jane, email: 'Jane+X@Example.com', passwd: 'secret', active: '1', id_shop: '1' })
    const { body } = await bridge.post(customerEnvelope({ ...jane, email: 'jane+x@example.COM', company: 'Roe' }, { action_type: 'created' }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: id })
    expect(bridge.shop.row('customers', id)).toMatchObject({ company: 'Roe' })
  })

  test('with another accent is another one', async () => {
    const bridge = await startBridge()
    const id = bridge.shop.backOffice.create('customers', { ...jane, email: 'zoe@example.com', passwd: 'secret', active: '1', id_shop: '1' })
    const { body } = await bridge.post(customerEnvelope({ ...jane, email: 'zoë@example.com' }, { action_type: 'upserted' }))
    expect(body['entity_id']).not.toBe(id)
    expect(bridge.shop.row('customers', id)).toMatchObject({ email: 'zoe@example.com' })
  })
})
