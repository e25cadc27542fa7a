/**
 * The body as text, a byte order mark left out, or `undefined` when it is larger than `limit` bytes: an endless answer
 * must not fill the memory.
 */
export const readBody = async (response: Response, limit: number): Promise<string | undefined> => {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > limit) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
