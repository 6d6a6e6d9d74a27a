import type { MinorUnits } from '../values/money.ts'
import type { Description } from './state.ts'

// Texts are already parsed (trimmed) by `productFields`, so what is decided is what is stored.

export type ListProduct = Description & {
  readonly type: 'ListProduct'
  readonly commandId: string
  readonly unitPrice: MinorUnits
  readonly currency: string
}
/** Only the given fields change; null empties a field that may be empty. */
export type DescribeProduct = {
  readonly type: 'DescribeProduct'
  readonly commandId: string
  readonly change: Partial<Description>
}
export type PriceProduct = {
  readonly type: 'PriceProduct'
  readonly commandId: string
  readonly unitPrice: MinorUnits
  readonly currency: string
}
export type DiscontinueProduct = {
  readonly type: 'DiscontinueProduct'
  readonly commandId: string
  readonly reason: string | null
}

export type ProductCommand = ListProduct | DescribeProduct | PriceProduct | DiscontinueProduct

/** Done now, or done before. */
export type ProductAnswer = { readonly kind: 'done' }

export type ProductRefusal =
  | { readonly code: 'already_listed' }
  | { readonly code: 'not_listed' }
  | { readonly code: 'discontinued' }
  /** A product keeps the currency in which it was listed. */
  | { readonly code: 'currency_changed'; readonly currency: string }
