import { Registry } from 'prom-client'
import type { OrderView } from '../contract/order.ts'
import type { ProductView } from '../contract/product.ts'
import type { ApiDependencies } from '../routes.ts'

// Stand-ins for the use cases, each with one plain answer, so that tests of HTTP depend on nothing else.

export const orderId = '0f9a5a52-33a5-5c2f-8d4c-5a3d8f4a2b11'
export const reservationId = '6f1c1de2-3c76-5a0e-9a35-1f2d1b7b0c44'
const customerId = '3b241101-e2bb-4255-8caf-4136c566a962'

/** 2026-03-01T12:00:00Z. */
export const noon = 1_772_366_400_000

export const product: ProductView = {
  sku: 'MUG-1',
  name: 'Mug',
  brand: 'Clay & Co',
  category: 'Kitchen',
  price: 1_250,
  currency: 'EUR',
  available: 7,
  imageUrl: null,
  discontinued: false,
  description: null,
  attributes: { colour: 'blue' },
  locations: [{ location: 'MAIN', available: 7 }],
}

export const order: OrderView = {
  orderId,
  status: 'confirmed',
  needsAttention: false,
  lines: [{ line: 0, sku: 'MUG-1', quantity: 2, location: 'MAIN', unitPrice: 1_250 }],
  currency: 'EUR',
  confirm: 'automatic',
  placedAt: noon,
  expiresAt: undefined,
  customer: { customerId, email: 'ada@example.com', name: 'Ada' },
  shippingAddress: { name: 'Ada', line1: '1 Mill Lane', city: 'Bath', postalCode: 'BA1 1AA', country: 'GB' },
  payment: { status: 'captured', captured: 2_500, refunded: 0 },
  shipments: [
    { shipmentId: customerId, at: noon, carrier: null, trackingNumber: 'T1', lines: [{ line: 0, quantity: 2 }] },
  ],
  returns: [],
}

const changedOrder = async () => ({ status: 'confirmed', position: 42n }) as const
const changedProduct = async ({ sku }: { readonly sku: string }) => ({ sku, position: 42n })
const changedStock = async ({
  sku,
  location = 'MAIN',
}: {
  readonly sku: string
  readonly location?: string | undefined
}) => ({
  sku,
  location,
  onHand: 10,
  held: 2,
  committed: 1,
  position: 42n,
})

export type UseCases = Omit<ApiDependencies, 'reservationTokens' | 'orderTokens'>

export const useCases = (): UseCases => ({
  reserveStock: async ({ lines, ttlSeconds }) => ({
    reservationId,
    currency: 'EUR',
    expiresAt: noon + ttlSeconds * 1_000,
    lines: lines.map(({ sku, quantity, location = 'MAIN' }, line) => ({
      line,
      sku,
      quantity,
      location,
      unitPrice: 1_250,
      priceRevision: 0,
      expiresAt: noon + ttlSeconds * 1_000,
    })),
    total: lines.reduce((sum, { quantity }) => sum + 1_250 * quantity, 0),
    position: 42n,
  }),
  resolveAttention: changedOrder,
  ordersNeedingAttention: async () => ({
    items: [
      {
        orderId,
        status: 'authorized',
        reasons: [{ reason: 'provider_unreachable', detail: 'captureIntent', waitsFor: 'The provider.', since: noon }],
        nextLookAt: undefined,
      },
    ],
  }),
  noticesNeedingAttention: async () => [
    {
      providerEventId: 'evt_1',
      eventType: 'payment_intent.succeeded',
      providerObjectId: 'pi_1',
      since: noon,
      reason: 'No order is known.',
    },
  ],
  holdsOfReservation: async () => [
    { line: 0, sku: 'MUG-1', location: 'MAIN', quantity: 2, status: 'held', expiresAt: noon },
  ],
  releaseReservation: async () => ({ position: 42n }),
  placeOrder: async ({ reservation, paymentMethod }) => ({
    orderId,
    status: 'placed',
    total: 2_500,
    currency: reservation.currency,
    expiresAt: reservation.expiresAt,
    payment: paymentMethod === undefined ? undefined : { status: 'declined', declineCode: 'card_declined' },
    position: 42n,
  }),
  payOrder: async () => ({ status: 'confirmed', position: 42n }),
  confirmOrder: changedOrder,
  cancelOrder: changedOrder,
  shipOrder: changedOrder,
  deliverOrder: changedOrder,
  returnOrder: changedOrder,
  refundOrder: changedOrder,
  orderById: async (id) => (id === orderId ? order : undefined),
  orderByNumber: async ({ email }) => (email === 'ada@example.com' ? order : undefined),
  ordersWhere: async () => ({ items: [order], nextCursor: 'next' }),
  timelineOfOrder: async () => ({
    items: [{ at: noon, type: 'OrderPlaced', actor: 'storefront:shop', cause: 'place', text: 'Placed.', data: {} }],
  }),
  searchProducts: async () => ({
    items: [product],
    facets: { category: [], brand: [], price: { min: 1_250, max: 1_250 } },
    total: 1,
    matched: 'all',
  }),
  productsBySkus: async (skus) => (skus.includes('MUG-1') ? [product] : []),
  productBySku: async (sku) => (sku === 'MUG-1' ? product : undefined),
  pricesOfProduct: async (sku) => (sku === 'MUG-1' ? [{ price: 1_250, currency: 'EUR', at: noon }] : []),
  listProduct: changedProduct,
  describeProduct: changedProduct,
  priceProduct: changedProduct,
  discontinueProduct: changedProduct,
  levelsOfSku: async (sku) =>
    sku === 'MUG-1'
      ? [{ location: 'MAIN', onHand: 10, held: 2, committed: 1, safety: 0, available: 7, shortfall: 0 }]
      : [],
  receiveStock: changedStock,
  adjustStock: changedStock,
  countStock: changedStock,
  setSafetyStock: changedStock,
  recordTransfer: changedOrder,
  receiveStripeEvent: async () => 'received',
  readiness: async () => [{ name: 'event store', ready: true }],
  registry: new Registry(),
})
