// The types that the log on disk stores and returns.

export type StoredEvent = {
  readonly position: number
  readonly revision: number
  readonly type: string
  /** Name of the stream; may be empty unless the page was asked for `withStream`. */
  readonly stream: string
  /** The encoded `ReadResp`. */
  readonly response: Buffer
}

/** `more`: the page ended at a limit, not at the end of the log. */
export type Page = { readonly events: readonly StoredEvent[]; readonly more: boolean }

export type PageRequest =
  | { readonly kind: 'all'; readonly direction: Direction; readonly from: number; readonly withStream: boolean }
  | { readonly kind: 'stream'; readonly direction: Direction; readonly from: number; readonly streamId: number }

export type Direction = 'forwards' | 'backwards'

export type NewEvent = StoredEvent & { readonly streamId: number; readonly id: string }
