import { html } from 'hono/html'
import type { Assets } from '../assets.ts'
import type { Html } from './parts.ts'

const NAME = 'odoo-prestashop-sync'

const places = [
  ['/', 'Overview'],
  ['/operations', 'Operations'],
  ['/outbox', 'Outgoing'],
  ['/settings', 'Settings']
] as const

export type Place = (typeof places)[number][0]

export interface Page {
  readonly title: string
  /** The entry of the navigation that it belongs to. */
  readonly place: Place
  readonly content: Html
  /** Whether it has parts that are kept up to date. */
  readonly isLive?: boolean
  /** What has just been done. */
  readonly notice?: string | undefined
}

export interface Shell {
  readonly assets: Assets
  readonly version: string
  /** Whether there is a login, and so a logout. */
  readonly hasLogin: boolean
}

const navigation = (current: Place): Html =>
  html`<nav aria-label="Pages"><ul>${places.map(
    ([path, label]) => html`<li><a href="${path}" ${path === current ? html`aria-current="page"` : ''}>${label}</a></li>`
  )}</ul></nav>`

const mark = html`<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect class="mark" width="32" height="32" rx="8"/><path class="arrows" d="M9 12.5h13m-4-4 4 4-4 4M23 19.5H10m4-4-4 4 4 4" fill="none" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/></svg>`

/** A whole page: complete without its script, which only keeps the parts marked `data-live` up to date. */
export const document = ({ assets, version, hasLogin }: Shell, { title, place, content, isLive = false, notice }: Page): Html =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${NAME}</title>
<link rel="icon" href="${assets.path('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assets.path('dashboard.css')}">
<script src="${assets.path('dashboard.js')}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
  <div class="wide">
    <a class="brand" href="/">${mark}<span>${NAME}</span></a>
    ${navigation(place)}
    <div class="aside">
      ${isLive ? html`<button type="button" class="quiet" data-live-switch hidden>Live</button><span class="unseen" role="status" data-live-news></span>` : ''}
      ${hasLogin ? html`<form method="post" action="/logout"><button class="quiet">Log out</button></form>` : ''}
    </div>
  </div>
</header>
<main id="main" class="wide" tabindex="-1">
${notice === undefined ? '' : html`<p class="notice" role="status">${notice}</p>`}
${content}
</main>
<footer class="wide">
  <p>${NAME} ${version} · times are UTC · <a href="/docs">API</a></p>
</footer>
</body>
</html>
`
