import { randomUUID } from 'node:crypto'
import { createCaller } from '../../shop/caller.ts'
import { untilFinalAnswer } from '../../shop/retry.ts'
import { stockProduct } from '../../shop/shop.ts'
import { unitPrice } from './sale-terms.ts'

export type StaffAccess = { readonly url: string; readonly staffToken: string }

/** Lists products and receives `units` of each, over HTTP as staff do. */
export const stockProducts = async (
  skus: readonly string[],
  units: number,
  { url, staffToken }: StaffAccess,
): Promise<void> => {
  const caller = createCaller(url, staffToken)
  // A request that is sent again keeps its key: the first attempt may have been carried out.
  const post: typeof caller.post = (path, body, { key = randomUUID() } = {}) =>
    untilFinalAnswer(() => caller.post(path, body, { key }))
  await Promise.all(skus.map((sku) => stockProduct({ post }, { sku, price: unitPrice, quantity: units })))
}
