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

/** A command that staff sent over HTTP. All of them get the same answer, so the answer is not kept. */
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

/** How long a product remembers commands, by the `at` of its events, and how many at most. */
export const productMemory = { milliseconds: 86_400_000, entriesMax: 1_000 } as const
