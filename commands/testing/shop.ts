import { changeProduct } from '../change-product.ts'
import { changeStock } from '../change-stock.ts'
import { driveCheckout } from '../checkout/drive.ts'
import type { LineToReserve } from '../hold-lines.ts'
import { payOrder } from '../pay-order.ts'
import type { PaymentNotice } from '../payment-notice.ts'
import { type PlaceRequest, placeOrder } from '../place-order.ts'
import { recordPaymentNotice } from '../record-payment-notice.ts'
import { reserveStock } from '../reserve-stock.ts'
import { createMemoryPlatform, type MemoryPlatform, origin, type Process } from './memory-platform.ts'

// Steps of shoppers and staff on the memory platform: two listed products, stock of both, and the steps to a sale.

export const person = {
  email: 'ada@example.com',
  name: 'Ada',
  address: { name: 'Ada', line1: 'Main Street 1', line2: null, city: 'Bonn', postalCode: '53111' },
}
const cupAndLamp: readonly LineToReserve[] = [
  { sku: 'CUP', quantity: 2 },
  { sku: 'LAMP', quantity: 1 },
]
export const total = 5_500

export const listProduct = async (sku: string, price: number, ports: Process, currency = 'EUR'): Promise<void> => {
  const change = { type: 'ListProduct', unitPrice: price, currency, ...describe(sku) } as const
  await changeProduct(sku, change, origin(`list ${sku}`), ports)
}
const describe = (name: string) => ({
  name,
  description: null,
  brand: null,
  category: null,
  attributes: {},
  imageUrl: null,
})

export const receive = async (sku: string, quantity: number, ports: Process, location = 'MAIN'): Promise<void> => {
  const name = `receive ${quantity} ${sku} ${location}`
  await changeStock({ sku, location }, { type: 'ReceiveStock', quantity }, origin(name), ports)
}

/** A platform with ten cups at 12.50 euros and ten lamps at 30.00 euros. */
export const openShop = async (options: Parameters<typeof createMemoryPlatform>[0] = {}): Promise<MemoryPlatform> => {
  const platform = createMemoryPlatform(options)
  for (const [sku, price] of [
    ['CUP', 1_250],
    ['LAMP', 3_000],
  ] as const) {
    await listProduct(sku, price, platform.ports)
    await receive(sku, 10, platform.ports)
  }
  return platform
}

export const reserve = (
  ports: Process,
  { name = 'reserve', lines = cupAndLamp, ttlSeconds = 900 }: Partial<Reserving> = {},
) => reserveStock({ lines, ttlSeconds }, origin(name), ports)
type Reserving = { readonly name: string; readonly lines: readonly LineToReserve[]; readonly ttlSeconds: number }

/** Reserves, and throws if that is refused. */
export const reserved = async (ports: Process, reserving: Partial<Reserving> = {}) => {
  const answer = await reserve(ports, reserving)
  if ('code' in answer) throw new Error(`not reserved: ${answer.code}`)
  return answer
}

export const placing = (
  reservation: PlaceRequest['reservation'],
  change: Partial<PlaceRequest> = {},
): PlaceRequest => ({ reservation, person, country: 'DE', confirm: 'automatic', ...change })

/** Reserves and places an order without paying it, and answers its id. */
export const placed = async (
  ports: Process,
  { reserving = {}, ...change }: Partial<PlaceRequest> & { readonly reserving?: Partial<Reserving> } = {},
): Promise<string> => {
  const answer = await placeOrder(placing(await reserved(ports, reserving), change), origin('place'), ports)
  if ('code' in answer) throw new Error(`not placed: ${answer.code}`)
  return answer.orderId
}

export const pay = (orderId: string, ports: Process, { name = 'pay', paymentMethod = 'pm_card' } = {}) =>
  payOrder({ orderId, paymentMethod }, origin(name), ports)

/** An order whose payment waits until its shopper authenticates. */
export const awaitingShopper = async (shop: MemoryPlatform): Promise<string> => {
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })
  return orderId
}

/** Records a notice and runs its follow-up. */
export const receiveNotice = async (notice: PaymentNotice, ports: Process): Promise<void> => {
  const { followUp } = await recordPaymentNotice(notice, origin(notice.eventId), ports)
  await followUp()
}

/** Drives an order like the checkout runner, the sweep and a wake-up do. */
export const drive = (orderId: string, ports: Process) =>
  driveCheckout({ orderId, actor: 'sweep' }, { appendedFrom: null }, ports)

/** Drives an order every eleven seconds in another process, like the sweep. */
export const sweepFor = async (orderId: string, platform: MemoryPlatform, times = 4): Promise<void> => {
  const ports = platform.boot()
  for (let time = 0; time < times; time += 1) {
    await platform.pass(11)
    await drive(orderId, ports)
  }
}
