/** What a sale needs to know of a product. `revision` is the stream's at which the price stands. */
export type ProductTerms = {
  readonly unitPrice: number
  readonly currency: string
  readonly revision: number
  readonly discontinued: boolean
}

/** The terms of a sku right now; undefined where no such product was ever listed. */
export type ReadProductTerms = (sku: string) => Promise<ProductTerms | undefined>
