import { expect } from 'vitest'
import type { OrderStatus } from '#domain/order/state.ts'
import { orderStream } from '#domain/streams.ts'
import { changeOrder, type OrderChange } from '../change-order.ts'
import type { IntentViewStatus } from '../payment-provider.ts'
import type { ProviderCall } from './fake-payments.ts'
import { origin } from './memory-platform.ts'
import type { ShopWorld } from './reserving.ts'
import { type Action, type Expectation, givenIn, type Step } from './scenario.ts'
import { openShop, pay, placed, sweepFor } from './shop.ts'

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

/** The sweep looks at the order until it rests. */
export const swept: Step<OrderWorld> = ({ shop, orderId }) => sweepFor(orderId, shop)

type Paying = { readonly name?: string; readonly paymentMethod?: string }
type Payment = Awaited<ReturnType<typeof pay>>

/** Pays in the process that placed the order. */
export const pays =
  (paying: Paying = {}): Action<OrderWorld, Payment> =>
  (world) => {
    world.callsBefore = world.shop.payments.calls.length
    return pay(world.orderId, world.shop.ports, paying)
  }

/** Pays in another process, which knows nothing of the order. */
export const paysElsewhere =
  (paying: Paying = {}): Action<OrderWorld, Payment> =>
  (world) => {
    world.callsBefore = world.shop.payments.calls.length
    return pay(world.orderId, world.shop.boot(), paying)
  }

type Changed = Awaited<ReturnType<typeof changeOrder>>

/** Changes the order in the process that placed it. Changes of the same name are one command. */
export const changes =
  (change: OrderChange, name: string = change.type): Action<OrderWorld, Changed> =>
  ({ shop, orderId }) =>
    changeOrder(orderId, change, origin(name), shop.ports)

/** Changes the order in another process, which has not read it yet. */
export const changesElsewhere =
  (change: OrderChange, name: string = change.type): Action<OrderWorld, Changed> =>
  ({ shop, orderId }) =>
    changeOrder(orderId, change, origin(name), shop.boot())

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
