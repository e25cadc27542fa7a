import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../fixtures/recordings/prestashop-9.1/', import.meta.url)

/** What a real PrestaShop was asked and what it answered; `Authorization` holds no key. */
export interface Recording {
  readonly name: string
  readonly request: {
    readonly method: string
    /** Path and query as they were sent. */
    readonly path: string
    readonly headers: Headers
    /** Bytes: some bodies are no UTF-8 on purpose. */
    readonly body: Uint8Array<ArrayBuffer>
  }
  readonly response: { readonly status: number; readonly headers: Headers; readonly body: string }
}

/** The first line, the headers and the body of one side. */
const takeApart = (message: string): { first: string; headers: Headers; body: string } => {
  const end = message.indexOf('\n\n')
  const [first = '', ...lines] = (end < 0 ? message : message.slice(0, end)).split('\n')
  const headers = new Headers()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  return { first, headers, body: end < 0 ? '' : message.slice(end + 2) }
}

const utf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8')

/** The names of all recordings, without `.txt`, in the order they were made. */
export const recordingNames = (): string[] => {
  const index = readFileSync(new URL('INDEX.md', folder), 'utf8')
  const ordered = Array.from(index.matchAll(/^\| (\S+)\.txt \|/gm), (match) => match[1] ?? '')
  const files = readdirSync(folder).filter((file) => file.endsWith('.txt'))
  if (files.length !== ordered.length) throw new Error(`INDEX.md lists ${ordered.length} of ${files.length} recordings`)
  return ordered
}

/** One recording; the file is the request, a line of dashes, and the response. */
export const recording = (name: string): Recording => {
  const text = readFileSync(new URL(`${name}.txt`, folder), 'latin1')
  const [asked = '', answered = ''] = text.split(`\n${'-'.repeat(70)}\n`)
  const request = takeApart(asked)
  const response = takeApart(answered)
  const [method = '', path = ''] = request.first.split(' ')
  // A byte that was no UTF-8 was kept as U+FFFD; the answer says that it was E9 (`xml-latin1-bytes.txt`).
  const body = request.body.replaceAll('\u00ef\u00bf\u00bd', '\u00e9')
  const length = Number(request.headers.get('Content-Length') ?? 0)
  return {
    name,
    request: {
      method,
      path,
      headers: request.headers,
      body: new Uint8Array(Buffer.from(body.slice(0, length), 'latin1'))
    },
    response: {
      status: Number(response.first.split(' ')[1]),
      headers: response.headers,
      body: /\S/.test(response.body) ? utf8(response.body) : ''
    }
  }
}

/** The recorded answer, to be given again. */
export const replay = (name: string): Response => {
  const { status, headers, body } = recording(name).response
  return new Response(body === '' ? null : body, { status, headers })
}
