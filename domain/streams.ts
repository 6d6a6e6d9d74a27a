// Stream names. The category is the text before the first dash, as in EventStoreDB.

export const productStream = (sku: string): string => `product-${sku}`
export const stockStream = (sku: string, location: string): string => `stock-${sku}@${location}`
export const orderStream = (orderId: string): string => `order-${orderId}`
export const providerStream = (providerEventId: string): string => `provider-${providerEventId}`
export const importStream = (hash: string): string => `import-${hash}`
export const clockStream = 'clock-main'

/** The category of a stream name, or the whole name if it has no dash. */
export const categoryOf = (stream: string): string => stream.split('-', 1)[0] ?? stream

/** The part of a stream name after its category. */
export const streamKeyOf = (stream: string): string => stream.slice(categoryOf(stream).length + 1)

/** The sku and location in a stock stream's name; neither can contain `@`. */
export const stockKeyOf = (stream: string): { readonly sku: string; readonly location: string } => {
  const [sku = '', location = ''] = streamKeyOf(stream).split('@')
  return { sku, location }
}
