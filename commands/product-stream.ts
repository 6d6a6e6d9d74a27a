import type { ProductAnswer, ProductCommand, ProductRefusal } from '#domain/product/commands.ts'
import { decideProduct } from '#domain/product/decide.ts'
import { type ProductEvent, productEventSchemas } from '#domain/product/events.ts'
import { createProductFold, productStateVersion } from '#domain/product/evolve.ts'
import type { ProductState } from '#domain/product/state.ts'
import type { StreamRules } from './stream-writer/types.ts'
import type { StreamWriter } from './stream-writer/writer.ts'

export type ProductWriter = StreamWriter<ProductState, ProductCommand, ProductAnswer, ProductRefusal>

/** How a product stream is folded and decided. */
export const productRules: StreamRules<ProductState, ProductCommand, ProductEvent, ProductAnswer, ProductRefusal> = {
  stateVersion: productStateVersion,
  createFold: () => createProductFold(),
  decide: decideProduct,
  isEvent: (event): event is ProductEvent => Object.hasOwn(productEventSchemas, event.type),
}
