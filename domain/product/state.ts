import type { Instant } from '../values/instant.ts'
import type { MinorUnits } from '../values/money.ts'

export type Description = {
  readonly name: string
  readonly description: string | null
  readonly brand: string | null
  readonly category: string | null
  readonly attributes: Readonly<Record<string, string>>
  readonly imageUrl: string | null
}

/** A command that staff sent over HTTP; all are answered the same. */
export type AppliedCommand = { readonly commandId: string; readonly at: Instant }

export type ProductState =
  | { readonly stage: 'unlisted' }
  | {
      readonly stage: 'listed' | 'discontinued'
      readonly description: Description
      readonly unitPrice: MinorUnits
      readonly currency: string
      /** Revision of the product's stream at which this price was set. */
      readonly priceRevision: number
      /** Oldest first. */
      readonly applied: readonly AppliedCommand[]
    }

export const unlistedProduct: ProductState = { stage: 'unlisted' }

/** How long, and how many, commands a product remembers, by the events' own `at`. */
export const productMemory = { milliseconds: 86_400_000, entriesMax: 1_000 } as const
