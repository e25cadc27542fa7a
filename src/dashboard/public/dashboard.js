/*
 * Keeps the parts of a page that are marked `data-live` up to date: when the server says that something has changed, the
 * page is asked for again, and the parts that differ are put in place. Without it every page is complete.
 */

const LONG_PAUSE = 5_000
const toggle = document.querySelector('[data-live-switch]')
const news = document.querySelector('[data-live-news]')

/** Where the page itself is; what has just been done is not told again. */
const own = new URL(location.href)
own.searchParams.delete('retried')

let source
let pause
let isWanted = true
let isAsking = false
/** Something changed while the page was asked for. */
let isBehind = false
/** Something could not be put in place, because it was in use. */
let isStale = false

const show = (label, isLive) => {
  if (!toggle) return
  if (toggle.textContent !== label) toggle.textContent = label
  toggle.title = isWanted ? 'Pause live updates' : 'Resume live updates'
  toggle.classList.toggle('on', isLive)
}

/** Whether somebody is in the middle of it: what they have under their hands must not be taken away. */
const isInUse = (part) => part.contains(document.activeElement) || part.matches(':has(details[open])')

/** What is open stays open, what has the focus keeps it, what is selected stays selected. */
const put = (fresh) => {
  for (const part of document.querySelectorAll('[data-live]')) {
    const replacement = fresh.getElementById(part.id)
    if (!replacement || replacement.innerHTML === part.innerHTML) continue
    if (isInUse(part)) {
      isStale = true
      continue
    }
    part.replaceChildren(...replacement.childNodes)
  }
}

const refresh = async () => {
  if (!isWanted) return
  if (isAsking) {
    isBehind = true
    return
  }
  isAsking = true
  isBehind = false
  isStale = false
  try {
    const response = await fetch(own, { headers: { accept: 'text/html' }, redirect: 'manual' })
    if (response.type === 'opaqueredirect') end('Logged out')
    else if (response.ok) put(new DOMParser().parseFromString(await response.text(), 'text/html'))
  } catch {
    // The server is away: the stream notices, and comes back.
  }
  isAsking = false
  if (isBehind) void refresh()
}

const disconnect = () => {
  clearTimeout(pause)
  source?.close()
  source = undefined
}

const end = (label) => {
  isWanted = false
  disconnect()
  show(label, false)
  if (news) news.textContent = label
}

const connect = () => {
  disconnect()
  if (!isWanted || document.hidden) return
  source = new EventSource('/live')
  source.addEventListener('ready', () => {
    show('Live', true)
    void refresh()
  })
  source.addEventListener('change', () => void refresh())
  source.addEventListener('error', () => {
    show('Reconnecting', false)
    // Refused for good, as the browser sees it: no room, or the server stops.
    if (source?.readyState === EventSource.CLOSED) {
      pause = setTimeout(connect, LONG_PAUSE)
      void refresh()
    }
  })
}

if (toggle && document.querySelector('[data-live]')) {
  toggle.hidden = false
  toggle.addEventListener('click', () => {
    if (isWanted) {
      end('Paused')
      return
    }
    isWanted = true
    if (news) news.textContent = 'Live'
    connect()
  })
  // A page that nobody sees leaves its connection to others.
  document.addEventListener('visibilitychange', connect)
  addEventListener('pagehide', disconnect)
  addEventListener('pageshow', (event) => event.persisted && connect())
  document.addEventListener('focusout', () => setTimeout(() => isStale && void refresh()))
  document.addEventListener('toggle', () => isStale && void refresh(), true)
  show('Live', false)
  connect()
}

const copy = async (button) => {
  const field = document.getElementById(button.dataset.copy)
  const label = button.firstChild
  field.select()
  try {
    await navigator.clipboard.writeText(field.value)
    label.textContent = 'Copied'
    if (news) news.textContent = 'Copied'
    setTimeout(() => (label.textContent = 'Copy'), 2_000)
  } catch {
    // Not allowed: what is to be copied is selected.
  }
}

// Only where a page may write to the clipboard: over https, or on this machine.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.hidden = false
    button.addEventListener('click', () => void copy(button))
  }
}
