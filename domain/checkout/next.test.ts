import { describe, expect, test } from 'vitest'
import type { OrderCommand } from '../order/commands.ts'
import type { AttentionReason } from '../order/events.ts'
import { evolve } from '../order/evolve.ts'
import { initialOrder } from '../order/state.ts'
import {
  cancelOrder,
  captureFailed,
  command,
  declined,
  expiresAt,
  id,
  intent,
  placeOrder,
  refundFact,
  refundOrder,
  requestPayment,
  returnOrder,
  sale,
  shipOrder,
  stockLost,
} from '../testing/order-fixtures.ts'
import { type Scenario, scenario } from '../testing/scenario.ts'
import { next } from './next.ts'
import { mayRun } from './ownership.ts'

const manual = placeOrder({ confirm: 'manual' })
const expire = command('ExpireOrder')
const committed = command('RecordStockCommitted')
const authorized = [requestPayment(), intent('created'), intent('authorized')]
const attention = (reason: AttentionReason): OrderCommand => ({
  type: 'NeedAttention',
  commandId: id(reason),
  reason,
  detail: 'three times in a row',
})
const resolve = (action: 'resume' | 'close'): OrderCommand => ({
  type: 'ResolveAttention',
  commandId: id(action),
  action,
  reason: 'looked into',
})

/** The names of the effects at `at` (with their attempt, or with what they settle), and when to look again. */
const nextAt = ({ order }: Scenario, at = 1_000) => {
  const { effects, lookAgainAt } = next(order, at)
  const names = effects.map((effect) =>
    'attempt' in effect
      ? `${effect.type} ${effect.attempt}`
      : 'kind' in effect
        ? `${effect.type} ${effect.kind}`
        : effect.type,
  )
  return [names, lookAgainAt]
}

describe('next', () => {
  test.each([
    ['an unpaid order waits for its customer', [], [], expiresAt],
    ['a requested attempt needs its object', [requestPayment()], ['createIntent 1'], 11_000],
    ['a created object needs confirmation', [requestPayment(), intent('created')], ['confirmIntent 1'], 11_000],
    ['a shopper who has to act gets time', [requestPayment(), intent('requires_action')], [], expiresAt],
    ['a declined object is voided at once', [requestPayment(), intent(declined)], ['voidIntent 1'], 11_000],
    [
      'a voided object leaves the order waiting for its customer',
      [requestPayment(), intent(declined), intent('voided')],
      [],
      expiresAt,
    ],
    ['an authorization needs the stock', authorized, ['commitStock'], 11_000],
    ['committed stock needs the capture', [...authorized, committed], ['captureIntent 1'], 11_000],
    ['money captured early needs the stock', [requestPayment(), intent('captured')], ['commitStock'], 11_000],
    ['a sale needs nothing', sale, [], null],
    ['a shipment is settled with the stock', [...sale, shipOrder()], ['settleStock ship'], 11_000],
    ['a cancellation without payment closes the holds', [cancelOrder], ['settleStock close'], 11_000],
    [
      'a cancellation while paying voids the object and closes the holds',
      [...authorized, cancelOrder],
      ['voidIntent 1', 'settleStock close'],
      11_000,
    ],
    [
      'a cancellation before the object is known creates it first',
      [requestPayment(), cancelOrder],
      ['createIntent 1', 'settleStock close'],
      11_000,
    ],
    [
      'a failed capture voids the object and closes the holds',
      [...authorized, committed, intent(captureFailed)],
      ['voidIntent 1', 'settleStock close'],
      11_000,
    ],
    [
      'lost stock voids the object and closes the holds',
      [...authorized, stockLost],
      ['voidIntent 1', 'settleStock close'],
      11_000,
    ],
    [
      'a cancelled sale is refunded and its holds are closed',
      [...sale, cancelOrder],
      ['refundIntent', 'settleStock close'],
      11_000,
    ],
    [
      'a second object of the paid attempt is voided',
      [...sale, intent('created', { object: 'pi_twin' })],
      ['voidIntent 1'],
      11_000,
    ],
  ] as const)('%s', (_, commands, effects, lookAgainAt) => {
    expect(nextAt(scenario(commands))).toEqual([effects, lookAgainAt])
  })

  test('an order that does not exist needs nothing', () => {
    expect(next(initialOrder(), 1_000)).toEqual({ effects: [], lookAgainAt: null })
  })

  test('the object of a declined attempt is voided before the next one is made', () => {
    const again = [requestPayment(), intent('created'), intent(declined), requestPayment('pay again')]
    expect(nextAt(scenario(again))).toEqual([['voidIntent 1'], 11_000])
    expect(nextAt(scenario([...again, intent('voided')]))).toEqual([['createIntent 2'], 11_000])
  })

  test('a return is settled after its shipment', () => {
    const shipped = scenario([...sale, shipOrder(), returnOrder('back', [{ sku: 'MUG', quantity: 1 }], false)])
    expect(next(shipped.order, 1_000).effects).toMatchObject([{ kind: 'ship', revision: 7 }])
    const settled = scenario([{ type: 'SettleStock', commandId: id('settled'), revision: 7 }], {
      before: [...sale, shipOrder(), returnOrder('back', [{ sku: 'MUG', quantity: 1 }], false)],
    })
    expect(next(settled.order, 1_000).effects).toMatchObject([
      {
        type: 'settleStock',
        kind: 'return',
        revision: 8,
        restock: false,
        lines: [{ line: 0, sku: 'MUG', location: 'MAIN', quantity: 1, expiresAt, total: 1 }],
      },
    ])
  })
})

describe('what has become moot', () => {
  test('a lapsed authorization needs no extension of its holds', () => {
    expect(nextAt(scenario([...authorized, intent('voided')], { first: manual }))).toEqual([[], expiresAt])
  })

  test('a refund is not made if its money was refunded another way', () => {
    const asking = [...sale, refundOrder('refund', { type: 'amount', amount: 1_000 })]
    const elsewhere = (amount: number): OrderCommand => ({
      type: 'RecordRefunded',
      commandId: id('elsewhere'),
      ...refundFact,
      amount,
    })
    expect(nextAt(scenario([...asking, elsewhere(4_500)]))).toEqual([['refundIntent'], 11_000])
    expect(nextAt(scenario([...asking, elsewhere(4_501)]))).toEqual([[], null])
  })
})

describe('time', () => {
  test('an effect that may have been tried before reads the provider’s object first', () => {
    const { order } = scenario([requestPayment()])
    expect(next(order, 10_999).effects).toMatchObject([{ readFirst: false }])
    expect(next(order, 11_000).effects).toMatchObject([{ readFirst: true }])
  })

  test('an object that may not exist is looked for from its request on, however late the order ended', () => {
    const { order } = scenario([cancelOrder], { at: 60_000, before: [requestPayment()] })
    expect(next(order, 60_000).effects).toMatchObject([
      { type: 'createIntent', requestedAt: 1_000, readFirst: true, cause: { at: 60_000 } },
      { type: 'settleStock' },
    ])
  })

  test('an unpaid order expires at its expiry', () => {
    expect(nextAt(scenario([]), expiresAt)).toEqual([['expireOrder'], expiresAt])
    expect(nextAt(scenario([]), expiresAt - 1)).toEqual([[], expiresAt])
  })

  test('the payment of a shopper who had to act is read before the order expires', () => {
    const { order } = scenario([requestPayment(), intent('requires_action')])
    expect(next(order, expiresAt).effects).toMatchObject([
      { type: 'expireOrder', readFirst: { attempt: 1, providerObjectId: 'pi_1' } },
    ])
  })

  test('after the time to pay an unknown outcome is read, and the order does not expire before it is known', () => {
    expect(nextAt(scenario([requestPayment(), intent('created')]), expiresAt)).toEqual([['readIntent 1'], 11_000])
  })

  test('a manual order extends its holds once, waits for its confirmation, and expires', () => {
    const waiting = scenario(authorized, { first: manual })
    expect(next(waiting.order, 1_000)).toMatchObject({
      effects: [{ type: 'extendForAuthorization', revision: 3, until: 86_401_000 }],
      lookAgainAt: 11_000,
    })
    const settled: OrderCommand = { type: 'SettleStock', commandId: id('extended'), revision: 3 }
    const extended = scenario([...authorized, settled], { first: manual })
    expect(nextAt(extended)).toEqual([[], 86_401_000])
    expect(nextAt(extended, 86_401_000)).toEqual([['expireOrder'], 86_401_000])
    const confirmed = scenario([...authorized, command('RequestConfirmation')], { first: manual })
    expect(nextAt(confirmed)).toEqual([['commitStock'], 11_000])
  })

  test('the process that made an effect due runs it at once, others after ten seconds', () => {
    const [effect] = next(scenario([requestPayment()]).order, 1_000).effects
    if (effect === undefined) throw new Error('no effect')
    expect(mayRun(effect, { at: 1_000, appendedFrom: 1 })).toBe(true)
    expect(mayRun(effect, { at: 10_999, appendedFrom: 2 })).toBe(false)
    expect(mayRun(effect, { at: 10_999, appendedFrom: null })).toBe(false)
    expect(mayRun(effect, { at: 11_000, appendedFrom: null })).toBe(true)
  })
})

describe('attention', () => {
  test('blocks what failed and nothing else', () => {
    const commands = [...authorized, cancelOrder]
    expect(nextAt(scenario([...commands, attention('void_failed')]))).toEqual([['settleStock close'], 11_000])
    expect(nextAt(scenario([...commands, attention('stock_settlement_failed')]))).toEqual([['voidIntent 1'], 11_000])
    expect(nextAt(scenario([...commands, attention('stock_shortfall')]))).toEqual([
      ['voidIntent 1', 'settleStock close'],
      11_000,
    ])
  })

  test('does not block what became due after it', () => {
    const silent = [requestPayment(), attention('provider_unreachable')]
    expect(nextAt(scenario(silent))).toEqual([[], null])
    expect(nextAt(scenario([...silent, intent('created')]))).toEqual([['confirmIntent 1'], 11_000])
  })

  test('makes all effects due again after a resume, and they read first', () => {
    const { order } = scenario([resolve('resume')], {
      at: 50_000,
      before: [requestPayment(), attention('provider_unreachable')],
    })
    expect(next(order, 50_000)).toMatchObject({
      effects: [{ type: 'createIntent', readFirst: true, ownedUntil: 60_000, cause: { at: 1_000 } }],
      lookAgainAt: 60_000,
    })
  })

  test('makes effects read first even if it is resumed within the first ten seconds', () => {
    const before = [requestPayment(), attention('provider_unreachable')]
    const { order } = scenario([resolve('resume')], { at: 2_000, before })
    expect(next(order, 2_000).effects).toMatchObject([{ type: 'createIntent', readFirst: true }])
  })

  test('blocks what failed for good after it is closed', () => {
    const closed = [...authorized, cancelOrder, attention('void_failed'), resolve('close')]
    expect(nextAt(scenario(closed), 999_000_000)).toEqual([['settleStock close'], 11_000])
    expect(nextAt(scenario([cancelOrder, attention('stock_settlement_failed'), resolve('close')]))).toEqual([[], null])
  })

  test('does not keep an order from expiring if the provider is unreachable', () => {
    for (const reason of ['provider_unreachable', 'payment_outcome_unknown'] as const) {
      const { order } = scenario([requestPayment(), intent('requires_action'), attention(reason)])
      expect(next(order, expiresAt).effects).toMatchObject([{ type: 'expireOrder', readFirst: null }])
    }
    const ended = scenario([expire], {
      at: expiresAt,
      before: [requestPayment(), intent('requires_action'), attention('provider_unreachable')],
    })
    expect(nextAt(ended, expiresAt)).toEqual([['voidIntent 1', 'settleStock close'], expiresAt + 10_000])
  })
})

describe('the state', () => {
  test('is plain JSON, and next and evolve answer the same for the parsed JSON', () => {
    const { order, events } = scenario([...authorized, cancelOrder, attention('void_failed')])
    const stored: typeof order = JSON.parse(JSON.stringify(order))
    expect(stored).toEqual(order)
    expect(next(stored, 5_000)).toEqual(next(order, 5_000))
    expect(
      evolve(
        stored,
        { type: 'OrderStockSettled', data: { at: 5_000, commandId: id('x'), revision: 4 } },
        events.length,
      ),
    ).toEqual(
      evolve(order, { type: 'OrderStockSettled', data: { at: 5_000, commandId: id('x'), revision: 4 } }, events.length),
    )
  })
})
