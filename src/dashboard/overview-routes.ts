import { Hono } from 'hono'
import { originOf } from '../guard/origin.ts'
import { describe } from '../openapi/describe.ts'
import { form, notUnderstood, page, plainPage } from './descriptions.ts'
import { fieldsOf, formLimit } from './forms.ts'
import { refuse, type Show } from './render.ts'
import type { Sources } from './sources.ts'
import { confirm, type Question } from './views/confirm.ts'
import { overview } from './views/overview.ts'
import { settings } from './views/settings.ts'

const question = (on: boolean): Question => ({
  title: on ? 'Switch the reverse sync on?' : 'Switch the reverse sync off?',
  text: on
    ? 'Webhooks are taken again, and what waits is written to the shop, the oldest first.'
    : 'The call in flight ends, and nothing more is written to the shop. Envelopes are refused with 503, so that Odoo sends them again; ' +
      'native webhooks are stored and wait. Nothing is lost, and it stays off across restarts until it is switched on.',
  action: '/switch',
  fields: { on: String(on) },
  yes: on ? 'Switch on' : 'Switch off',
  isDangerous: !on,
  back: '/'
})

/** `GET /`, `GET /settings`, and the switch. */
export const overviewRoutes = (sources: Sources, show: Show, version: string): Hono => {
  const app = new Hono()

  app.get('/', describe(page('Show how the bridge is')), (context) =>
    show(context, { title: 'Overview', place: '/', content: overview(sources), isLive: true })
  )

  app.get('/settings', describe(plainPage('Show what is set, and the addresses to paste into Odoo')), (context) =>
    show(context, { title: 'Settings', place: '/settings', content: settings(sources, originOf(context), version), isLive: true })
  )

  app.get('/switch', describe(plainPage('Ask whether to turn the switch', {}, { to: '`on` or `off`' })), (context) => {
    const asked = question(context.req.query('to') !== 'off')
    return show(context, { title: asked.title, place: '/', content: confirm(asked) })
  })

  app.post('/switch', describe(form('Turn the switch', notUnderstood, { on: '`true` or `false`' })), formLimit(show, '/'), async (context) => {
    const { on } = await fieldsOf(context)
    if (on !== 'true' && on !== 'false') return refuse(show, context, 400, '/', 'Not understood', 'The form says neither on nor off.')
    sources.reverse.set(on === 'true')
    return context.redirect('/', 303)
  })
  return app
}
