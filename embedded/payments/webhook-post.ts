// One signed POST over HTTP with kept connections.

import http from 'node:http'
import https from 'node:https'
import { signatureHeader } from './webhook-signature.ts'
import { inFlightMax, type Post } from './webhooks.ts'

const answerWaitMs = 8_000

export type WebhookPost = { readonly post: Post; readonly close: () => void }

export const webhookPost = (webhook: { url: string; secret: string }, now: () => number): WebhookPost => {
  const url = new URL(webhook.url)
  const { Agent, request } = url.protocol === 'https:' ? https : http
  const agent = new Agent({ keepAlive: true, maxSockets: inFlightMax })
  const post: Post = (body) =>
    new Promise((resolve) => {
      const headers = {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': Buffer.byteLength(body),
        'Stripe-Signature': signatureHeader(body, webhook.secret, now()),
      }
      const sent = request(url, { method: 'POST', agent, headers, timeout: answerWaitMs }, (answer) => {
        const status = answer.statusCode ?? 0
        answer.resume()
        answer.on('close', () => resolve(status >= 200 && status < 300))
      })
      sent.on('timeout', () => sent.destroy())
      sent.on('error', () => resolve(false))
      sent.end(body)
    })
  return { post, close: () => agent.destroy() }
}
