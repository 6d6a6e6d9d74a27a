import { derivedId } from '#domain/values/ids.ts'

// Every id derives from the mapping and the invoice, so a second run, and another file with the same invoice, find what
// the first one made.

export const reservationOf = (mapping: string, invoice: string): string => derivedId('import', mapping, invoice)

/** The id of the payment that was made elsewhere; the invoice can be read off it again. */
export const paymentOf = (mapping: string, invoice: string): string => `${mapping}/${invoice}`

/** The invoice that a payment of this mapping was for; undefined for any other payment. */
export const invoiceOfPayment = (mapping: string, payment: string): string | undefined =>
  payment.startsWith(`${mapping}/`) ? payment.slice(mapping.length + 1) : undefined

/** `occurrence` distinguishes lines of one cancellation with the same sku. */
export const returnCommandOf = (
  mapping: string,
  cancellation: { readonly invoice: string; readonly sku: string; readonly occurrence: number },
  orderId: string,
): string =>
  derivedId('import-return', mapping, cancellation.invoice, cancellation.sku, cancellation.occurrence, orderId)
