import { Webhook, WebhookVerificationError } from 'standardwebhooks'

/** The id of a webhook whose signature is right, or what is wrong with it. */
export type Verdict = { readonly id: string } | { readonly refused: string }

export type SignatureCheck = (headers: Headers, body: Uint8Array) => Verdict

const LONGEST_ID = 255

/** The library's words → what the sender can do. Whatever else it says, the signature does not fit. */
const advice: Readonly<Record<string, string>> = {
  'Missing required headers':
    'The headers webhook-id, webhook-timestamp and webhook-signature are needed: webhooks must be signed (Standard Webhooks)',
  'Invalid Signature Headers': 'The header webhook-timestamp must be the time of sending in whole seconds since 1970',
  'Message timestamp too old': 'The webhook was signed more than five minutes ago, by this server\'s clock: sign it anew, and check both clocks',
  'Message timestamp too new': 'The webhook was signed more than five minutes ahead of this server\'s clock: check both clocks'
}

/**
 * Checks the signature of Standard Webhooks over the bytes of a body, with five minutes of tolerance.
 * @param secrets base64, any of which may have signed; the library compares in constant time
 */
export const createSignatureCheck = (secrets: readonly string[]): SignatureCheck => {
  const webhooks = secrets.map((secret) => new Webhook(secret))

  return (headers, body) => {
    const id = headers.get('webhook-id') ?? ''
    if (id.length > LONGEST_ID) return { refused: `The header webhook-id must have at most ${LONGEST_ID} characters` }
    const given = {
      'webhook-id': id,
      'webhook-timestamp': headers.get('webhook-timestamp') ?? '',
      'webhook-signature': headers.get('webhook-signature') ?? ''
    }
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    let refused = 'Invalid webhook signature'
    for (const webhook of webhooks) {
      try {
        webhook.verify(bytes, given, { jsonParse: false })
        return { id }
      } catch (error) {
        if (!(error instanceof WebhookVerificationError)) throw error
        refused = advice[error.message] ?? refused
      }
    }
    return { refused }
  }
}
