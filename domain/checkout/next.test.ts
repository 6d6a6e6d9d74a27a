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
import { type Story, story } from '../testing/story.ts'
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

/** The effects by name (with their attempt, or what they settle), and when to look again, at `at`. */
const asked = ({ order }: Story, at = 1_000) => {
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

describe('what an order needs next', () => {
  test.each([
    ['an unpaid order waits for its customer', [], [], expiresAt],
    ['a requested attempt needs its object', [requestPayment()], ['createIntent 1'], 11_000],
    ['an object made needs confirming', [requestPayment(), intent('created')], ['confirmIntent 1'], 11_000],
    ['a shopper who has to act is waited for', [requestPayment(), intent('requires_action')], [], expiresAt],
    ['a declined object is voided at once', [requestPayment(), intent(declined)], ['voidIntent 1'], 11_000],
    ['a voided one leaves the order waiting', [requestPayment(), intent(declined), intent('voided')], [], expiresAt],
    ['an authorization needs the stock', authorized, ['commitStock'], 11_000],
    ['committed stock needs the money', [...authorized, committed], ['captureIntent 1'], 11_000],
    ['money taken early needs the stock', [requestPayment(), intent('captured')], ['commitStock'], 11_000],
    ['a sale needs nothing', sale, [], null],
    ['a shipment is told to the stock', [...sale, shipOrder()], ['settleStock ship'], 11_000],
    ['an end without payment closes the holds', [cancelOrder], ['settleStock close'], 11_000],
    [
      'an end while paying voids and closes',
      [...authorized, cancelOrder],
      ['voidIntent 1', 'settleStock close'],
      11_000,
    ],
    [
      'an end before the object is known makes it known',
      [requestPayment(), cancelOrder],
      ['createIntent 1', 'settleStock close'],
      11_000,
    ],
    [
      'a capture that failed lets go of what is left of its object, and closes',
      [...authorized, committed, intent(captureFailed)],
      ['voidIntent 1', 'settleStock close'],
      11_000,
    ],
    ['lost stock voids and closes', [...authorized, stockLost], ['voidIntent 1', 'settleStock close'], 11_000],
    ['a cancelled sale is refunded and closed', [...sale, cancelOrder], ['refundIntent', 'settleStock close'], 11_000],
    [
      'a twin of the paid object is voided',
      [...sale, intent('created', { object: 'pi_twin' })],
      ['voidIntent 1'],
      11_000,
    ],
  ] as const)('%s', (_, commands, effects, lookAgainAt) => {
    expect(asked(story(commands))).toEqual([effects, lookAgainAt])
  })

  test('nothing of an order that does not exist', () => {
    expect(next(initialOrder(), 1_000)).toEqual({ effects: [], lookAgainAt: null })
  })

  test('the object of a declined attempt is voided before the next one is made', () => {
    const again = [requestPayment(), intent('created'), intent(declined), requestPayment('pay again')]
    expect(asked(story(again))).toEqual([['voidIntent 1'], 11_000])
    expect(asked(story([...again, intent('voided')]))).toEqual([['createIntent 2'], 11_000])
  })

  test('a return is told to the stock after its shipment', () => {
    const shipped = story([...sale, shipOrder(), returnOrder('back', [{ sku: 'MUG', quantity: 1 }], false)])
    expect(next(shipped.order, 1_000).effects).toMatchObject([{ kind: 'ship', revision: 7 }])
    const told = story([{ type: 'SettleStock', commandId: id('settled'), revision: 7 }], {
      before: [...sale, shipOrder(), returnOrder('back', [{ sku: 'MUG', quantity: 1 }], false)],
    })
    expect(next(told.order, 1_000).effects).toMatchObject([
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
  test('an authorization that lapsed needs its holds extended no more', () => {
    expect(asked(story([...authorized, intent('voided')], { first: manual }))).toEqual([[], expiresAt])
  })

  test('a refund that one made elsewhere left no money for is not asked for', () => {
    const asking = [...sale, refundOrder('refund', { type: 'amount', amount: 1_000 })]
    const elsewhere = (amount: number): OrderCommand => ({
      type: 'RecordRefunded',
      commandId: id('elsewhere'),
      ...refundFact,
      amount,
    })
    expect(asked(story([...asking, elsewhere(4_500)]))).toEqual([['refundIntent'], 11_000])
    expect(asked(story([...asking, elsewhere(4_501)]))).toEqual([[], null])
  })
})

describe('time', () => {
  test('an effect that somebody may have tried looks at the provider first', () => {
    const { order } = story([requestPayment()])
    expect(next(order, 10_999).effects).toMatchObject([{ seeFirst: false }])
    expect(next(order, 11_000).effects).toMatchObject([{ seeFirst: true }])
  })

  test('an object of unknown existence is looked for from its request on, however late the order ended', () => {
    const { order } = story([cancelOrder], { at: 60_000, before: [requestPayment()] })
    expect(next(order, 60_000).effects).toMatchObject([
      { type: 'createIntent', requestedAt: 1_000, seeFirst: true, cause: { at: 60_000 } },
      { type: 'settleStock' },
    ])
  })

  test('an unpaid order ends at its time', () => {
    expect(asked(story([]), expiresAt)).toEqual([['expireOrder'], expiresAt])
    expect(asked(story([]), expiresAt - 1)).toEqual([[], expiresAt])
  })

  test('a shopper who had to act is looked after before the order ends', () => {
    const { order } = story([requestPayment(), intent('requires_action')])
    expect(next(order, expiresAt).effects).toMatchObject([
      { type: 'expireOrder', readFirst: { attempt: 1, providerObjectId: 'pi_1' } },
    ])
  })

  test('past the time to pay, nothing is begun: an unknown outcome is read, and the order does not expire on it', () => {
    expect(asked(story([requestPayment(), intent('created')]), expiresAt)).toEqual([['readIntent 1'], 11_000])
  })

  test('a manual order extends its holds once, waits for its confirmation, and ends', () => {
    const waiting = story(authorized, { first: manual })
    expect(next(waiting.order, 1_000)).toMatchObject({
      effects: [{ type: 'extendForAuthorization', revision: 3, until: 86_401_000 }],
      lookAgainAt: 11_000,
    })
    const settled: OrderCommand = { type: 'SettleStock', commandId: id('extended'), revision: 3 }
    const extended = story([...authorized, settled], { first: manual })
    expect(asked(extended)).toEqual([[], 86_401_000])
    expect(asked(extended, 86_401_000)).toEqual([['expireOrder'], 86_401_000])
    const confirmed = story([...authorized, command('RequestConfirmation')], { first: manual })
    expect(asked(confirmed)).toEqual([['commitStock'], 11_000])
  })

  test('who appended what made an effect due runs it at once, others after ten seconds', () => {
    const [effect] = next(story([requestPayment()]).order, 1_000).effects
    if (effect === undefined) throw new Error('no effect')
    expect(mayRun(effect, { at: 1_000, appendedFrom: 1 })).toBe(true)
    expect(mayRun(effect, { at: 10_999, appendedFrom: 2 })).toBe(false)
    expect(mayRun(effect, { at: 10_999, appendedFrom: null })).toBe(false)
    expect(mayRun(effect, { at: 11_000, appendedFrom: null })).toBe(true)
  })
})

describe('attention', () => {
  test('holds up what failed and nothing else', () => {
    const commands = [...authorized, cancelOrder]
    expect(asked(story([...commands, attention('void_failed')]))).toEqual([['settleStock close'], 11_000])
    expect(asked(story([...commands, attention('stock_settlement_failed')]))).toEqual([['voidIntent 1'], 11_000])
    expect(asked(story([...commands, attention('stock_shortfall')]))).toEqual([
      ['voidIntent 1', 'settleStock close'],
      11_000,
    ])
  })

  test('does not hold up what became due after it', () => {
    const silent = [requestPayment(), attention('provider_unreachable')]
    expect(asked(story(silent))).toEqual([[], null])
    expect(asked(story([...silent, intent('created')]))).toEqual([['confirmIntent 1'], 11_000])
  })

  test('resumed, all is due again, and looks first', () => {
    const { order } = story([resolve('resume')], {
      at: 50_000,
      before: [requestPayment(), attention('provider_unreachable')],
    })
    expect(next(order, 50_000)).toMatchObject({
      effects: [{ type: 'createIntent', seeFirst: true, ownedUntil: 60_000, cause: { at: 1_000 } }],
      lookAgainAt: 60_000,
    })
  })

  test('resumed within the first ten seconds, it looks first all the same', () => {
    const before = [requestPayment(), attention('provider_unreachable')]
    const { order } = story([resolve('resume')], { at: 2_000, before })
    expect(next(order, 2_000).effects).toMatchObject([{ type: 'createIntent', seeFirst: true }])
  })

  test('closed, what failed is left alone for good', () => {
    const closed = [...authorized, cancelOrder, attention('void_failed'), resolve('close')]
    expect(asked(story(closed), 999_000_000)).toEqual([['settleStock close'], 11_000])
    expect(asked(story([cancelOrder, attention('stock_settlement_failed'), resolve('close')]))).toEqual([[], null])
  })

  test('a provider out of reach does not keep an order from ending', () => {
    for (const reason of ['provider_unreachable', 'payment_outcome_unknown'] as const) {
      const { order } = story([requestPayment(), intent('requires_action'), attention(reason)])
      expect(next(order, expiresAt).effects).toMatchObject([{ type: 'expireOrder', readFirst: null }])
    }
    const ended = story([expire], {
      at: expiresAt,
      before: [requestPayment(), intent('requires_action'), attention('provider_unreachable')],
    })
    expect(asked(ended, expiresAt)).toEqual([['voidIntent 1', 'settleStock close'], expiresAt + 10_000])
  })
})

describe('the state', () => {
  test('is plain JSON, from which the same follows', () => {
    const { order, events } = story([...authorized, cancelOrder, attention('void_failed')])
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
