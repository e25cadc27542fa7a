import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../fixtures/recordings/prestashop-9.1/', import.meta.url)

/** What a real PrestaShop was asked and what it answered; `Authorization` holds no key. */
export interface Recording {
  name: string
  request: { method: string; path: string; headers: Headers; body: string }
  response: { status: number; headers: Headers; body: string }
}

/** The first line, the headers and the body of one side. */
const split = (message: string): { first: string; headers: Headers; body: string } => {
  const end = message.indexOf('\n\n')
  const [first = '', ...lines] = (end < 0 ? message : message.slice(0, end)).split('\n')
  const headers = new Headers()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  return { first, headers, body: end < 0 ? '' : message.slice(end + 2) }
}

/** The names of all recordings, without `.txt`. */
export const recordingNames = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => file.slice(0, -4))

/** One recording; the file is the request, a line of dashes, and the response. */
export const recording = (name: string): Recording => {
  const [asked = '', answered = ''] = readFileSync(new URL(`${name}.txt`, folder), 'utf8').split(/\n-{20,}\n/)
  const request = split(asked)
  const response = split(answered)
  const [method = '', path = ''] = request.first.split(' ')
  return {
    name,
    request: { method, path, headers: request.headers, body: request.body },
    response: {
      status: Number(response.first.split(' ')[1]),
      headers: response.headers,
      body: /\S/.test(response.body) ? response.body : ''
    }
  }
}

/** The recorded answer, to be given again. */
export const replay = (name: string): Response => {
  const { status, headers, body } = recording(name).response
  return new Response(body === '' ? null : body, { status, headers })
}
