import { changeOrder, type OrderChange } from '#commands/change-order.ts'
import { changeStock, type StockChange } from '#commands/change-stock.ts'
import type { LineToReserve } from '#commands/hold-lines.ts'
import type { ChangeOrderAnswer, OrderUseCaseRefusal } from '#commands/order-answers.ts'
import { type PayOrderAnswer, type PayPorts, payOrder } from '#commands/pay-order.ts'
import type { PaymentNotice } from '#commands/payment-notice.ts'
import type { PersonVault } from '#commands/person-vault.ts'
import { type PlaceOrderAnswer, placeOrder } from '#commands/place-order.ts'
import { productRules } from '#commands/product-stream.ts'
import { createProductTerms } from '#commands/product-terms.ts'
import { recordPaymentNotice } from '#commands/record-payment-notice.ts'
import { recordTransfer } from '#commands/record-transfer.ts'
import {
  type ReleaseReservationAnswer,
  type ReleaseReservationRefusal,
  releaseReservation,
} from '#commands/release-reservation.ts'
import { type ReserveStockAnswer, type ReserveStockRefusal, reserveStock } from '#commands/reserve-stock.ts'
import { createStreamWriter } from '#commands/stream-writer/writer.ts'
import type { TransferRefusal } from '#commands/transfers.ts'
import { derivedId } from '#domain/values/ids.ts'
import type { Host } from './host.ts'
import { observe } from './log-client.ts'
import { createProcessPorts, type WakeUp } from './process-ports.ts'
import type { SimulatedWorld } from './world.ts'

// An API process without HTTP: requests of shoppers and staff go to the real use cases.

export type Request =
  | { readonly type: 'reserve'; readonly lines: readonly LineToReserve[]; readonly ttlSeconds: number }
  | { readonly type: 'release'; readonly reservation: ReserveStockAnswer }
  | {
      readonly type: 'place'
      readonly reservation: ReserveStockAnswer
      readonly confirm: 'automatic' | 'manual'
      readonly paymentMethod: string | undefined
    }
  | { readonly type: 'pay'; readonly orderId: string; readonly paymentMethod: string }
  | {
      readonly type: 'transfer'
      readonly orderId: string
      readonly refundId: string | null
      readonly amount: number
    }
  | { readonly type: 'change'; readonly orderId: string; readonly change: OrderChange }
  | { readonly type: 'stock'; readonly sku: string; readonly location: string; readonly change: StockChange }

export type Answer =
  | ReserveStockAnswer
  | ReserveStockRefusal
  | ReleaseReservationAnswer
  | ReleaseReservationRefusal
  | PlaceOrderAnswer
  | PayOrderAnswer
  | ChangeOrderAnswer
  | OrderUseCaseRefusal
  | TransferRefusal
  | Awaited<ReturnType<typeof changeStock>>

export type Api = {
  readonly host: Host
  readonly handle: (request: Request, key: string) => Promise<Answer>
  readonly receive: (notice: PaymentNotice) => Promise<void>
}

/** A stand-in vault, because sealing is not under test: the same person is the same customer. */
const vault: PersonVault = {
  seal: async ({ email }) => ({
    customerId: derivedId('customer', email),
    person: 'sealed',
    hash: (content) => derivedId('hash', JSON.stringify(content)),
  }),
  open: async () => undefined,
  customerIdOf: async (email) => derivedId('customer', email),
}

const liveMillisecondsMax = 10_000

export const locationsOf = ({ draw }: SimulatedWorld): readonly string[] => ['MAIN', 'NORTH'].slice(0, draw.locations)

/** `idKnown` registers the command ids of a client's request. */
export const startApi = (
  host: Host,
  world: SimulatedWorld,
  wakeUp: WakeUp,
  idKnown: (commandId: string, key: string) => void,
): Api => {
  const common = createProcessPorts(host, world, wakeUp)
  const products = createStreamWriter(productRules, common.writerPorts)
  const isLive = (): boolean => (common.clock.age() ?? Number.POSITIVE_INFINITY) < liveMillisecondsMax
  const terms = createProductTerms({ products, isLive })
  const ports: PayPorts & typeof common = {
    ...common,
    paymentWindowSeconds: world.draw.paymentWindowSeconds,
    pause: common.sleep,
  }
  void observe(common.network, ({ created }, live) => {
    if (live) common.clock.observe(created)
  })

  const originOf = (key: string) => {
    const commandId = world.seams.commandIdOf(key, world.newId)
    idKnown(commandId, key)
    idKnown(derivedId('pay', commandId), key)
    return { commandId, actor: 'client' }
  }

  return {
    host,
    handle: (request, key) => {
      const origin = originOf(key)
      switch (request.type) {
        case 'reserve':
          return reserveStock(request, origin, { ...ports, productTerms: terms.read, locations: locationsOf(world) })
        case 'release':
          return releaseReservation(request.reservation, origin, ports)
        case 'place': {
          const { reservation, confirm, paymentMethod } = request
          const address = { name: 'A', line1: '1 Road', line2: null, city: 'Town', postalCode: '1' }
          const person = { email: `${reservation.reservationId}@example.org`, name: null, address }
          return placeOrder({ reservation, person, country: 'DE', confirm, paymentMethod }, origin, { ...ports, vault })
        }
        case 'pay':
          return payOrder(request, origin, ports)
        case 'transfer':
          return recordTransfer({ ...request, reference: 'bank', date: '2026-01-02' }, origin, ports)
        case 'change':
          return changeOrder(request.orderId, request.change, origin, ports)
        case 'stock': {
          const { sku, location, change } = request
          const stockPorts = { ...ports, productTerms: terms.read, locations: locationsOf(world) }
          return changeStock({ sku, location }, change, origin, stockPorts)
        }
      }
    },
    receive: async (notice) => {
      const origin = { commandId: derivedId('webhook', notice.eventId), actor: notice.provider }
      const { followUp } = await recordPaymentNotice(notice, origin, ports)
      followUp().catch((error: unknown) => ports.warn(`after a webhook: ${String(error)}`))
    },
  }
}
