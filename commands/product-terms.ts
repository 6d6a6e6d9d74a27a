import { productStream } from '#domain/streams.ts'
import type { ProductWriter } from './product-rules.ts'

/** What a sale needs to know of a product. `revision` is the stream's at which the price stands. */
export type ProductTerms = {
  readonly unitPrice: number
  readonly currency: string
  readonly revision: number
  readonly discontinued: boolean
}

/** The terms of a sku right now; undefined where no such product was ever listed. */
export type ReadProductTerms = (sku: string) => Promise<ProductTerms | undefined>

export type ProductTermsCache = {
  readonly read: ReadProductTerms
  /** The product's stream has moved on: what is known of it, or being read right now, is not kept. */
  readonly changed: (sku: string) => void
  /** The subscription was interrupted: nothing known is trusted any more. */
  readonly forgetAll: () => void
}

export type ProductTermsPorts = {
  readonly products: Pick<ProductWriter, 'read'>
  /** Whether the subscription to product events is known to be live: a tick came through it within the last 10 s. */
  readonly isLive: () => boolean
  readonly entriesMax?: number
}

const entriesMaxDefault = 100_000

const readTerms = async (sku: string, products: Pick<ProductWriter, 'read'>): Promise<ProductTerms | undefined> => {
  const { state } = await products.read(productStream(sku))
  if (state.stage === 'unlisted') return undefined
  const { unitPrice, currency, priceRevision, stage } = state
  return { unitPrice, currency, revision: priceRevision, discontinued: stage === 'discontinued' }
}

/**
 * Product state on the hot path: filled on a miss by reading the stream, trusted as long as a live subscription would have
 * told of a change, read anew otherwise. Reservations decide nothing on a product's stream, so no append would notice.
 */
export const createProductTerms = (ports: ProductTermsPorts): ProductTermsCache => {
  const { products, isLive, entriesMax = entriesMaxDefault } = ports
  const known = new Map<string, ProductTerms>()
  const reading = new Map<string, Promise<ProductTerms | undefined>>()

  const keep = (sku: string, terms: ProductTerms): void => {
    const oldest = known.keys().next()
    if (known.size >= entriesMax && !oldest.done) known.delete(oldest.value)
    known.set(sku, terms)
  }

  const fill = (sku: string): Promise<ProductTerms | undefined> => {
    const underway = reading.get(sku)
    if (underway) return underway
    const read = readTerms(sku, products)
      .then((terms) => {
        if (terms !== undefined && reading.get(sku) === read) keep(sku, terms)
        return terms
      })
      .finally(() => {
        if (reading.get(sku) === read) reading.delete(sku)
      })
    reading.set(sku, read)
    return read
  }

  return {
    read: async (sku) => {
      if (!isLive()) return readTerms(sku, products)
      return known.get(sku) ?? fill(sku)
    },
    changed: (sku) => {
      known.delete(sku)
      reading.delete(sku)
    },
    forgetAll: () => {
      known.clear()
      reading.clear()
    },
  }
}
