import type { ProductCommand, ProductRefusal } from '#domain/product/commands.ts'
import { productStream } from '#domain/streams.ts'
import { contextOf, type Origin } from './context.ts'
import type { ProductWriter } from './product-stream.ts'
import type { ProductTermsCache } from './product-terms.ts'

type WithoutId<Command> = Command extends unknown ? Omit<Command, 'commandId'> : never

/** The commands of staff on a product: list, describe, price, discontinue. */
export type ProductChange = WithoutId<ProductCommand>

export type ChangeProductAnswer = { readonly outcome: 'changed'; readonly sku: string; readonly position: bigint }

export type ChangeProductPorts = {
  readonly products: ProductWriter
  readonly terms: Pick<ProductTermsCache, 'changed'>
}

export const changeProduct = async (
  sku: string,
  change: ProductChange,
  origin: Origin,
  ports: ChangeProductPorts,
): Promise<ChangeProductAnswer | ProductRefusal> => {
  const command = { ...change, commandId: origin.commandId }
  const context = contextOf(origin)
  const { results, position } = await ports.products.submit(productStream(sku), [command], context)
  // The next reservation in this process must see the new price. Other processes get it by their subscription.
  ports.terms.changed(sku)
  const [result] = results
  return result?.outcome === 'refused' ? result.refusal : { outcome: 'changed', sku, position }
}
