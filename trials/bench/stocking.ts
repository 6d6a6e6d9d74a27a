import { randomUUID } from 'node:crypto'
import type { Reply } from './connections.ts'
import { insist, type Patient } from './patience.ts'

const price = { price: 1_999, currency: 'EUR' }

/** Lists products and receives their stock, over HTTP as staff do. */
export const stockUp = async (
  skus: readonly string[],
  units: number,
  { ask }: Patient,
  staffToken: string,
): Promise<void> => {
  const post = (path: string, body: unknown): Promise<Reply> => {
    // With a key, for who is turned away asks again and may have been heard the first time.
    const headers = { authorization: `Bearer ${staffToken}`, 'idempotency-key': randomUUID() }
    return ask({ method: 'POST', path, headers, body })
  }
  await Promise.all(
    skus.map(async (sku) => {
      insist(await post('/v1/products', { sku, name: sku, ...price }), 201)
      insist(await post(`/v1/stock/${sku}/receive`, { quantity: units }), 200)
    }),
  )
}
