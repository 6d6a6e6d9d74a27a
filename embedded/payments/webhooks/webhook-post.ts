// One signed POST over HTTP with kept connections.

import { Pool } from 'undici'
import { signatureHeader } from './webhook-signature.ts'
import { inFlightMax, type Post } from './webhooks.ts'

const answerWaitMilliseconds = 8_000

export type WebhookPost = { readonly post: Post; readonly close: () => void }

export const webhookPost = (webhook: { url: string; secret: string }, now: () => number): WebhookPost => {
  const { origin, pathname, search } = new URL(webhook.url)
  const pool = new Pool(origin, {
    connections: inFlightMax,
    allowH2: false,
    headersTimeout: answerWaitMilliseconds,
    bodyTimeout: answerWaitMilliseconds,
  })
  const post: Post = async (body) => {
    const headers = {
      'Content-Type': 'application/json; charset=utf-8',
      'Stripe-Signature': signatureHeader(body, webhook.secret, now()),
    }
    try {
      const answer = await pool.request({ method: 'POST', path: pathname + search, headers, body })
      await answer.body.dump()
      return answer.statusCode >= 200 && answer.statusCode < 300
    } catch {
      // Refused, broken off or silent: what goes wrong on the way is no acknowledgement.
      return false
    }
  }
  return { post, close: () => void pool.destroy() }
}
