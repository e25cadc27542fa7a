import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../fixtures/recordings/prestashop-9.1/', import.meta.url)

/** A recorded exchange with a real shop. Bodies are bytes: some requests are no UTF-8 on purpose. */
export interface Recording {
  readonly name: string
  readonly method: string
  /** Path and query as they were sent. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
  readonly answer: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
}

interface Message {
  readonly start: string
  readonly headers: Record<string, string>
  readonly body: string
}

const takeApart = (message: string): Message => {
  const end = message.indexOf('\n\n')
  const [start = '', ...lines] = message.slice(0, end).split('\n')
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
  return { start, headers: Object.fromEntries(headers), body: message.slice(end + 2) }
}

const utf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8')

/** Reads one recording: the request, a line of dashes, the answer. */
export const readRecording = (name: string): Recording => {
  const text = readFileSync(new URL(`${name}.txt`, folder), 'latin1')
  const [sent = '', answered = ''] = text.split(`\n${'-'.repeat(70)}\n`)
  const request = takeApart(sent)
  const answer = takeApart(answered)
  const [method = '', path = ''] = request.start.split(' ')
  const length = Number(request.headers['Content-Length'] ?? 0)
  // A byte that was no UTF-8 was kept as U+FFFD; the answer says that it was E9 (`xml-latin1-bytes.txt`).
  const sentBody = request.body.replaceAll('\u00ef\u00bf\u00bd', '\u00e9')
  return {
    name,
    method,
    path,
    headers: request.headers,
    body: new Uint8Array(Buffer.from(sentBody.slice(0, length), 'latin1')),
    answer: { status: Number(answer.start.split(' ')[1]), headers: answer.headers, body: utf8(answer.body) }
  }
}

/** The names of all recordings in the order they were made. */
export const recordingNames = (): string[] => {
  const index = readFileSync(new URL('INDEX.md', folder), 'utf8')
  const ordered = Array.from(index.matchAll(/^\| (\S+)\.txt \|/gm), (match) => match[1] ?? '')
  const files = readdirSync(folder).filter((file) => file.endsWith('.txt'))
  if (files.length !== ordered.length) throw new Error(`INDEX.md lists ${ordered.length} of ${files.length} recordings`)
  return ordered
}
