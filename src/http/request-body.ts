/**
 * The body of a request, read no further than `limit` bytes.
 * @returns `undefined` when it is larger, whether its length was told or it comes in chunks
 */
export const readBody = async (request: Request, limit: number): Promise<Uint8Array | undefined> => {
  const told = Number(request.headers.get('content-length') ?? 'NaN')
  if (told > limit) return undefined
  if (told >= 0) return new Uint8Array(await request.arrayBuffer())
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
