import { expect } from 'vitest'
import type { AttentionReason } from '#domain/order/events.ts'
import type { OrderStatus } from '#domain/order/state.ts'
import { orderStream } from '#domain/streams.ts'
import { changeOrder, type OrderChange } from '../change-order.ts'
import type { PaymentNotice } from '../payment-notice.ts'
import type { IntentViewStatus, RefundView } from '../payment-provider.ts'
import type { ProviderCall } from './fake-payments.ts'
import { type MemoryPlatform, origin } from './memory-platform.ts'
import type { ShopWorld } from './reserving.ts'
import { type Action, type Expectation, givenIn, type Step } from './scenario.ts'
import { drive, openShop, pay, placed, receiveNotice, sweepFor } from './shop.ts'

// Given / when / then about one order, of two cups and a lamp, and its payments.

export type OrderWorld = ShopWorld & {
  readonly orderId: string
  /** How many calls the provider had received before the action. */
  callsBefore: number
}

const open = async (confirm: 'automatic' | 'manual'): Promise<OrderWorld> => {
  const shop = await openShop()
  return { shop, orderId: await placed(shop.ports, { confirm }), callsBefore: 0 }
}

/** A placed order, after these steps. */
export const givenOrder = givenIn(() => open('automatic'))

/** A placed order that staff have to confirm, after these steps. */
export const givenManualOrder = givenIn(() => open('manual'))

/** The provider's next call of this name fails before it is done, after it is done, or is refused. */
export const providerFails =
  (call: ProviderCall, fault: 'before' | 'after' | 'refuse'): Step<OrderWorld> =>
  ({ shop }) =>
    shop.payments.fail(call, fault)

/** The first payment object changes without a call of ours, and no webhook comes. */
export const paymentChanges =
  (status: IntentViewStatus): Step<OrderWorld> =>
  ({ shop }) =>
    shop.payments.changeOutside('pi_1', status)

/** No call reaches the provider. */
export const providerIsDown: Step<ShopWorld> = ({ shop }) => shop.payments.setDown(true)
export const providerIsBack: Step<ShopWorld> = ({ shop }) => shop.payments.setDown(false)

/** The outcome of refunds that are made from now on. */
export const refundsEndAs =
  (status: RefundView['status']): Step<ShopWorld> =>
  ({ shop }) =>
    shop.payments.refundAs(status)

/** A refund of the provider changes without a call of ours, and no webhook comes. */
export const refundChanges =
  (providerObjectId: string, status: RefundView['status']): Step<ShopWorld> =>
  ({ shop }) =>
    shop.payments.settleRefund(providerObjectId, status)

/** The provider's webhook comes, and what follows from it is done. */
export const webhookComes =
  (notice: PaymentNotice): Action<ShopWorld, void> =>
  ({ shop }) =>
    receiveNotice(notice, shop.ports)

/** The webhook comes to another process. */
export const webhookComesElsewhere =
  (notice: PaymentNotice): Action<ShopWorld, void> =>
  ({ shop }) =>
    receiveNotice(notice, shop.boot())

/** Acts on the order, and remembers how many calls the provider had received before. */
const actsOn =
  <Answer>(act: (orderId: string, shop: MemoryPlatform) => Promise<Answer>): Action<OrderWorld, Answer> =>
  (world) => {
    world.callsBefore = world.shop.payments.calls.length
    return act(world.orderId, world.shop)
  }

/** The sweep looks at the order until it rests. */
export const swept = actsOn((orderId, shop) => sweepFor(orderId, shop))

type Paying = { readonly name?: string; readonly paymentMethod?: string }

/** Pays in the process that placed the order. */
export const pays = (paying: Paying = {}) => actsOn((orderId, { ports }) => pay(orderId, ports, paying))

/** Pays in another process, which knows nothing of the order. */
export const paysElsewhere = (paying: Paying = {}) => actsOn((orderId, shop) => pay(orderId, shop.boot(), paying))

/** Changes the order in the process that placed it. Changes of the same name are one command. */
export const changes = (change: OrderChange, name: string = change.type) =>
  actsOn((orderId, { ports }) => changeOrder(orderId, change, origin(name), ports))

/** Changes the order in another process, which has not read it yet. */
export const changesElsewhere = (change: OrderChange, name: string = change.type) =>
  actsOn((orderId, shop) => changeOrder(orderId, change, origin(name), shop.boot()))

/** Drives the order in the process that placed it, like the checkout runner does. */
export const drives = actsOn((orderId, { ports }) => drive(orderId, ports))

/** Drives the order in another process, like the sweep does. */
export const drivesElsewhere = actsOn((orderId, shop) => drive(orderId, shop.boot()))

export const cancels = changes({ type: 'CancelOrder', note: null })
export const resumes = changes({ type: 'ResolveAttention', action: 'resume', reason: 'looked into it' })

/** The order's stream has exactly events of these types. */
export const orderEvents =
  (...types: readonly string[]): Expectation<OrderWorld, unknown> =>
  ({ shop, orderId }) =>
    expect(shop.typesOf(orderStream(orderId))).toEqual(types)

export const orderIs =
  (status: OrderStatus): Expectation<OrderWorld, unknown> =>
  async ({ shop, orderId }) =>
    expect((await shop.order(orderId)).status).toBe(status)

/** All stock effects of the order are appended, and it needs no attention. */
export const orderRests: Expectation<OrderWorld, unknown> = async ({ shop, orderId }) =>
  expect(await shop.order(orderId)).toMatchObject({ unsettled: [], attention: [] })

/** The order calls for attention for exactly these reasons. */
export const needsAttention =
  (...reasons: readonly AttentionReason[]): Expectation<OrderWorld, unknown> =>
  async ({ shop, orderId }) => {
    const open = (await shop.order(orderId)).attention.map(({ reason, state }) => ({ reason, state }))
    expect(open).toEqual(reasons.map((reason) => ({ reason, state: 'open' })))
  }

/** The provider's objects have exactly these statuses, the newest first. */
export const paymentObjects =
  (...statuses: ReadonlyArray<IntentViewStatus['type']>): Expectation<OrderWorld, unknown> =>
  ({ shop }) =>
    expect(shop.payments.intents.map(({ status }) => status.type)).toEqual(statuses)

/** One object holds or has taken money. */
export const chargedOnce: Expectation<OrderWorld, unknown> = ({ shop }) =>
  expect(shop.payments.charged()).toHaveLength(1)

/** What the provider has taken and not given back, in minor units. */
export const providerKeeps =
  (amount: number): Expectation<OrderWorld, unknown> =>
  ({ shop }) =>
    expect(shop.payments.net()).toBe(amount)

/** Since the action began, the provider has received exactly these calls. */
export const providerCalls =
  (...calls: readonly ProviderCall[]): Expectation<OrderWorld, unknown> =>
  ({ shop, callsBefore }) =>
    expect(shop.payments.calls.slice(callsBefore)).toEqual(calls)
