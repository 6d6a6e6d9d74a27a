import { assert, unreachable } from '../assert.ts'
import { type Fold, immutableFold } from '../fold.ts'
import type { Instant } from '../values/instant.ts'
import type { ProductEvent } from './events.ts'
import { type AppliedCommand, type Description, type ProductState, productMemory, unlistedProduct } from './state.ts'

/** Increase it when the folded state changes its shape or meaning: snapshots of another version are ignored. */
export const productStateVersion = 1

type Described = Extract<ProductEvent, { readonly type: 'ProductListed' | 'ProductDescribed' }>['data']

const descriptionOf = ({ name, description, brand, category, attributes, imageUrl }: Described): Description => ({
  name,
  description,
  brand,
  category,
  attributes,
  imageUrl,
})

const remember = (
  applied: readonly AppliedCommand[],
  { commandId, at }: { readonly commandId: string; readonly at: Instant },
): readonly AppliedCommand[] =>
  [...applied, { commandId, at }]
    .filter((command) => at - command.at < productMemory.milliseconds)
    .slice(-productMemory.entriesMax)

/** `revision` is the event's revision in the product's stream. */
const evolveProduct = (state: ProductState, event: ProductEvent, revision: number): ProductState => {
  if (event.type === 'ProductListed') {
    assert(state.stage === 'unlisted', 'a product is listed twice')
    const { unitPrice, currency } = event.data
    const description = descriptionOf(event.data)
    const applied = remember([], event.data)
    return { stage: 'listed', description, unitPrice, currency, priceRevision: revision, applied }
  }
  assert(state.stage === 'listed', `${event.type}: the product is ${state.stage}`)
  const applied = remember(state.applied, event.data)
  switch (event.type) {
    case 'ProductDescribed':
      return { ...state, applied, description: descriptionOf(event.data) }
    case 'ProductPriced':
      assert(event.data.currency === state.currency, 'the currency of a product changes')
      return { ...state, applied, unitPrice: event.data.unitPrice, priceRevision: revision }
    case 'ProductDiscontinued':
      return { ...state, applied, stage: 'discontinued' }
    default:
      return unreachable(event)
  }
}

export const createProductFold = (from: ProductState = unlistedProduct): Fold<ProductState, ProductEvent> =>
  immutableFold(from, evolveProduct)
