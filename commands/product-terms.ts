import { productStream } from '#domain/streams.ts'
import type { ProductWriter } from './product-stream.ts'

/** What a sale needs to know about a product. `revision` is that of the product's stream at which the price was set. */
export type ProductTerms = {
  readonly unitPrice: number
  readonly currency: string
  readonly revision: number
  readonly discontinued: boolean
}

/** The current terms of a sku; undefined if it was never listed. */
export type ReadProductTerms = (sku: string) => Promise<ProductTerms | undefined>

export type ProductTermsCache = {
  readonly read: ReadProductTerms
  /** The product's stream has changed: removes its terms, and does not keep terms that are being read now. */
  readonly changed: (sku: string) => void
  /** The subscription was interrupted: removes all terms. */
  readonly forgetAll: () => void
}

export type ProductTermsPorts = {
  readonly products: Pick<ProductWriter, 'read'>
  /** Whether the subscription to product events is live: a tick came through it within the last 10 s. */
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
 * The cache of product terms for the hot path. A miss reads the stream. Terms are trusted while the subscription is live,
 * and read anew otherwise: a reservation appends nothing to the product's stream, so no conflict would show that they are
 * old.
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
