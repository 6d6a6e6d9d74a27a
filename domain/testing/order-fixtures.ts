import type { IntentStatus, OrderCommand } from '../order/commands.ts'
import type { OrderLine } from '../order/events.ts'
import { derivedId } from '../values/ids.ts'

// Literals of the order tests: an order of two lines, 2 × 12.50 and 1 × 30.00 euros, whose holds expire at 900 s.

export const id = (name: string): string => derivedId('test', name)

export const total = 5_500
export const expiresAt = 900_000
export const manualConfirmSeconds = 86_400

export const lines: OrderLine[] = [
  { line: 0, sku: 'MUG', quantity: 2, location: 'MAIN', unitPrice: 1_250, priceRevision: 3, expiresAt },
  { line: 1, sku: 'LAMP', quantity: 1, location: 'MAIN', unitPrice: 3_000, priceRevision: 0, expiresAt: 901_000 },
]

type Of<Type extends OrderCommand['type']> = Extract<OrderCommand, { type: Type }>

export const placeOrder = (changes: Partial<Of<'PlaceOrder'>> = {}): Of<'PlaceOrder'> => ({
  type: 'PlaceOrder',
  commandId: id('place'),
  reservationId: id('reservation'),
  customerId: id('customer'),
  person: 'sealed',
  country: 'DE',
  currency: 'EUR',
  lines,
  confirm: 'automatic',
  requestHash: 'hash',
  ...changes,
})

export const requestPayment = (name = 'pay', changes: Partial<Of<'RequestPayment'>> = {}): Of<'RequestPayment'> => ({
  type: 'RequestPayment',
  commandId: id(name),
  provider: 'acme',
  paymentMethod: 'pm_card',
  expiresAt,
  ...changes,
})

/** The provider's report on the object `pi_<attempt>`, or on another one. */
export const intent = (
  status: IntentStatus | 'created' | 'requires_action' | 'voided' | 'captured' | 'authorized',
  { attempt = 1, object = `pi_${attempt}` }: { readonly attempt?: number; readonly object?: string } = {},
): Of<'RecordIntentStatus'> => {
  const said: IntentStatus =
    typeof status !== 'string'
      ? status
      : status === 'authorized'
        ? { type: status, authorizedUntil: null }
        : { type: status }
  return {
    type: 'RecordIntentStatus',
    commandId: id(`${said.type} ${object}`),
    attempt,
    provider: 'acme',
    providerObjectId: object,
    amount: total,
    status: said,
    manualConfirmSeconds,
  }
}

export const declined: IntentStatus = { type: 'declined', declineCode: 'insufficient_funds' }
export const captureFailed: IntentStatus = { type: 'capture_failed', reason: 'authorization expired' }

type Plain = 'RequestConfirmation' | 'RecordStockCommitted' | 'ExpireOrder' | 'DeliverOrder'

export const command = <Type extends Plain>(type: Type): { readonly type: Type; readonly commandId: string } => ({
  type,
  commandId: id(type),
})

export const paymentRefused: Of<'RecordPaymentRefused'> = {
  type: 'RecordPaymentRefused',
  commandId: id('refused'),
  attempt: 1,
  provider: 'acme',
  declineCode: 'amount_too_small',
}
export const cancelOrder: OrderCommand = { type: 'CancelOrder', commandId: id('cancel'), note: null }
export const stockLost: OrderCommand = { type: 'RecordStockLost', commandId: id('stock lost'), lines: [1] }

export const shipOrder = (name = 'ship', shipped: Of<'ShipOrder'>['lines'] = null): Of<'ShipOrder'> => ({
  type: 'ShipOrder',
  commandId: id(name),
  lines: shipped,
  carrier: 'DHL',
  trackingNumber: '00340',
})

export const returnOrder = (name: string, returned: Of<'ReturnOrder'>['lines'], restock = true): Of<'ReturnOrder'> => ({
  type: 'ReturnOrder',
  commandId: id(name),
  lines: returned,
  restock,
  reason: 'unwanted',
})

export const refundOrder = (name: string, scope: Of<'RefundOrder'>['scope']): Of<'RefundOrder'> => ({
  type: 'RefundOrder',
  commandId: id(name),
  scope,
  reason: 'goodwill',
})

export const refundFact = {
  refundId: id('some refund'),
  provider: 'acme',
  paymentObjectId: 'pi_1',
  providerObjectId: 're_1',
  amount: 1_000,
} as const

/** The commands that turn a placed order into a sale. */
export const sale: readonly OrderCommand[] = [
  requestPayment(),
  intent('created'),
  intent('authorized'),
  command('RecordStockCommitted'),
  intent('captured'),
]
