import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

type Markup = HtmlEscapedString | Promise<HtmlEscapedString>

const page = (title: string, content: Markup): Markup => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · odoo-prestashop-sync</title>
    <link rel="stylesheet" href="/login.css">
  </head>
  <body>
    <main>
      <h1>odoo-prestashop-sync</h1>
      ${content}
    </main>
  </body>
</html>`

/** A page that says one thing, and perhaps where to go on. */
export const messagePage = (title: string, message: string, onward?: { readonly href: string; readonly text: string }): Markup =>
  page(title, html`<p role="alert">${message}</p>${onward ? html`<p><a href="${onward.href}">${onward.text}</a></p>` : ''}`)

/**
 * The login.
 * @param next the path to go on with
 * @param error why the last try did not do
 */
export const loginPage = (next: string, error?: string): Markup =>
  page(
    'Log in',
    html`<form method="post" action="/login">
        ${error === undefined ? '' : html`<p id="error" role="alert">${error}</p>`}
        <label for="token">Admin token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required autofocus
          aria-describedby="${error === undefined ? 'hint' : 'error hint'}">
        <p id="hint">The value of <code>ADMIN_TOKEN</code> in the bridge's configuration.</p>
        <input type="hidden" name="next" value="${next}">
        <button>Log in</button>
      </form>`
  )
