import { describe, expect, test } from 'vitest'
import { orderStream, stockStream } from '#domain/streams.ts'
import { changeOrder, type OrderChange } from './change-order.ts'
import { manualConfirmSeconds, origin } from './testing/memory-platform.ts'
import {
  changes,
  changesElsewhere,
  drivesElsewhere,
  givenManualOrder,
  givenOrder,
  type OrderWorld,
  orderIs,
  orderRests,
  paymentChanges,
  pays,
  providerFails,
  providerKeeps,
  swept,
} from './testing/paying.ts'
import { answers, counted, cupsAreFree, levelsAre, refuses, timePasses } from './testing/reserving.ts'
import type { Expectation, Step } from './testing/scenario.ts'
import { drive, openShop, pay, placed, sweepFor, total } from './testing/shop.ts'

const confirm: OrderChange = { type: 'RequestConfirmation' }
const cancel: OrderChange = { type: 'CancelOrder', note: null }
const ship: OrderChange = { type: 'ShipOrder', lines: null, carrier: 'DHL', trackingNumber: '1' }

describe('confirming by hand', () => {
  const holdsExtendedBy =
    (seconds: number): Expectation<OrderWorld, unknown> =>
    ({ shop }) => {
      const extended = shop.eventsOf(stockStream('CUP', 'MAIN')).filter(({ type }) => type === 'ReservationExtended')
      expect(extended.map(({ data }) => 'expiresAt' in data && data.expiresAt)).toEqual([shop.now() + seconds * 1_000])
    }
  const endedBy =
    (reason: string): Expectation<OrderWorld, unknown> =>
    async ({ shop, orderId }) =>
      expect(await shop.order(orderId)).toMatchObject({ status: 'cancelled', reason, unsettled: [] })

  test('the holds last as long as the authorization', () =>
    givenManualOrder()
      .when(pays())
      .then(answers({ status: 'authorized' }), holdsExtendedBy(manualConfirmSeconds)))

  test('is a sale until shortly before that, once', () =>
    givenManualOrder(pays(), timePasses(manualConfirmSeconds - 60), swept, changes(confirm))
      .when(changesElsewhere(confirm))
      .then(answers({ outcome: 'changed', status: 'confirmed' }), providerKeeps(total)))

  test('if nobody does, the order expires, and the authorization and the holds are released', () =>
    givenManualOrder(pays(), timePasses(manualConfirmSeconds), swept)
      .when(changes(confirm))
      .then(refuses('expired'), orderIs('expired'), providerKeeps(0), cupsAreFree))

  test.each([
    ['in this process', changes],
    ['in another process', changesElsewhere],
  ] as const)('is refused if the stock was lost, also again %s', (_, again) =>
    givenManualOrder(pays(), counted('LAMP', 0), changes(confirm))
      .when(again(confirm))
      .then(refuses('stock_lost'), providerKeeps(0)),
  )

  test('is refused if the payment was lost', () =>
    givenManualOrder(pays(), paymentChanges({ type: 'voided' }))
      .when(changes(confirm))
      .then(refuses('not_confirmable'), endedBy('capture_failed'), cupsAreFree))

  test('a repetition after the sale was cancelled is not refused', () =>
    givenManualOrder(pays(), changes(confirm), changes(cancel))
      .when(changesElsewhere(confirm))
      .then(answers({ outcome: 'changed', status: 'cancelled' })))

  test('of an order that confirms by itself is refused', () =>
    givenOrder().when(changes(confirm)).then(refuses('not_confirmable')))
})

describe('cancelling', () => {
  const nothingAuthorized: Expectation<OrderWorld, unknown> = ({ shop }) =>
    expect(shop.payments.intents.filter(({ status }) => !['voided', 'captured'].includes(status.type))).toEqual([])

  test.each<[string, readonly Step<OrderWorld>[]]>([
    ['placed', []],
    ['declined', [pays({ paymentMethod: 'pm_declined' })]],
    ['waiting for its shopper', [pays({ paymentMethod: 'pm_action' })]],
    ['of unknown outcome', [providerFails('createIntent', 'after'), pays()]],
    ['confirmed', [pays()]],
  ])('an order that is %s: nothing is kept, no hold stays', (_, steps) =>
    givenOrder(...steps, changes(cancel))
      .when(changesElsewhere(cancel))
      .then(
        answers({ outcome: 'changed', status: 'cancelled' }),
        swept,
        providerKeeps(0),
        nothingAuthorized,
        cupsAreFree,
        levelsAre('LAMP', 10, 0, 0),
        orderRests,
      ),
  )

  test('an order that is authorized: nothing is kept, no hold stays', () =>
    givenManualOrder(pays())
      .when(changes(cancel))
      .then(answers({ status: 'cancelled' }), swept, providerKeeps(0), nothingAuthorized, cupsAreFree, orderRests))

  test('of a shipped order is refused', () =>
    givenOrder(pays(), changes(ship)).when(changes(cancel)).then(refuses('already_shipped')))

  test('of a missing order is refused', async () => {
    const shop = await openShop()
    const answer = await changeOrder(origin('nobody').commandId, cancel, origin('cancel'), shop.ports)
    expect(answer).toEqual({ code: 'not_found' })
  })
})

describe('expiry against payment', () => {
  test('if the expiry is first, the payment is refused', () =>
    givenOrder(timePasses(900), drivesElsewhere).when(pays()).then(refuses('expired'), providerKeeps(0)))

  test('if the payment is first, the order does not expire while its outcome is unknown', () =>
    givenOrder(providerFails('captureIntent', 'before'), pays(), timePasses(900))
      .when(swept)
      .then(orderIs('confirmed'), providerKeeps(total)))

  test('if both come at once, the order is sold or ended, never half of each', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await shop.pass(899)
    const paying = pay(orderId, shop.boot())
    await Promise.all([paying, shop.pass(1).then(() => drive(orderId, shop.boot()))])
    await sweepFor(orderId, shop)
    const isSale = (await shop.order(orderId)).status === 'confirmed'
    expect(shop.payments.net()).toBe(isSale ? total : 0)
    expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: isSale ? 2 : 0 })
  })
})

describe('after the sale', () => {
  const parcel: OrderChange = { ...ship, lines: [{ sku: 'CUP', quantity: 1 }] }
  const back: OrderChange = {
    type: 'ReturnOrder',
    lines: [{ sku: 'CUP', quantity: 2 }],
    restock: true,
    reason: 'unwanted',
  }
  const refund: OrderChange = {
    type: 'RefundOrder',
    scope: { type: 'lines', lines: [{ sku: 'CUP', quantity: 2 }] },
    reason: 'unwanted',
  }

  test('a shipment of a part is settled once', () =>
    givenOrder(pays(), changes(parcel))
      .when(changes(parcel))
      .then(answers({ status: 'confirmed' }), levelsAre('CUP', 9, 0, 1), orderRests))

  test('the shipment of the rest leaves nothing committed', () =>
    givenOrder(pays(), changes(parcel, 'first parcel'))
      .when(changes(ship))
      .then(answers({ status: 'shipped' }), levelsAre('CUP', 8, 0, 0), levelsAre('LAMP', 9, 0, 0), orderRests))

  test('a return is settled once', () =>
    givenOrder(pays(), changes(ship), changes({ type: 'DeliverOrder' }), changes(back))
      .when(changes(back))
      .then(answers({ status: 'delivered' }), levelsAre('CUP', 10, 0, 0), orderRests))

  test('a refund is made once', () =>
    givenOrder(pays(), changes(ship), changes(refund))
      .when(changes(refund))
      .then(answers({ outcome: 'changed' }), providerKeeps(3_000), orderRests))

  test.each(['before', 'after'] as const)('a refund whose answer is lost is made once: it failed %s', (fault) =>
    givenOrder(pays(), providerFails('refund', fault), changes({ ...refund, scope: { type: 'remainder' } }))
      .when(swept)
      .then(providerKeeps(0), ({ shop, orderId }) => {
        expect(shop.payments.refunds.map(({ amount }) => amount)).toEqual([total])
        expect(shop.typesOf(orderStream(orderId)).filter((type) => type === 'PaymentRefunded')).toHaveLength(1)
      }),
  )

  test('a refusal by the stock calls for attention, for any number of lines', async () => {
    const shop = await openShop()
    const lines = Array.from({ length: 10 }, () => ({ sku: 'CUP', quantity: 1 }))
    const orderId = await placed(shop.ports, { reserving: { lines } })
    await pay(orderId, shop.ports)
    await shop.ports.stock.submit(
      stockStream('CUP', 'MAIN'),
      [{ type: 'CountStock', commandId: origin('count').commandId, quantity: 0, reason: 'stolen' }],
      { correlationId: 'count', causationId: 'count', actor: 'test' },
    )
    expect(await changeOrder(orderId, ship, origin('ship'), shop.ports)).toMatchObject({ status: 'shipped' })
    const { attention } = await shop.order(orderId)
    expect(attention).toMatchObject([{ reason: 'stock_settlement_failed', state: 'open' }])
    await shop.ports.stock.submit(
      stockStream('CUP', 'MAIN'),
      [{ type: 'CountStock', commandId: origin('again').commandId, quantity: 10, reason: 'found' }],
      { correlationId: 'count', causationId: 'count', actor: 'test' },
    )
    const resume: OrderChange = { type: 'ResolveAttention', action: 'resume', reason: 'counted again' }
    expect(await changeOrder(orderId, resume, origin('resume'), shop.ports)).toMatchObject({ status: 'shipped' })
    expect(await shop.order(orderId)).toMatchObject({ unsettled: [], attention: [] })
    expect(await shop.levels('CUP')).toEqual({ onHand: 0, held: 0, committed: 0 })
  })
})
