import { describe, expect, test } from 'vitest'
import { isKnown } from '../order/attempts.ts'
import { type CheckoutTrial, runTrial } from '../testing/checkout-trial.ts'
import { asOrder } from '../testing/given.ts'
import type { EffectType } from './effects.ts'

// The conservation laws of one order (I2, I3), checked against the ledgers of the fake provider and the fake stock instead of
// our own fold. Whatever was lost, doubled or reordered, the order comes to rest and the laws hold.

const seeds = Array.from({ length: 1_000 }, (_, seed) => seed)
/** Fewer seeds than above are enough for the negative controls: a missing effect breaks one run in a few. */
const controlSeeds = seeds.slice(0, 150)

const refundable = ({ provider }: CheckoutTrial): number =>
  provider.intents.reduce((sum, intent) => sum + provider.netOf(intent), 0)

const problemsOf = (trial: CheckoutTrial): readonly string[] => {
  const { provider, stock, state } = trial
  const order = asOrder(state)
  const problems: string[] = []
  const holds = [...stock.holds.values()]
  const keptPayments = provider.intents.filter((intent) => intent.status === 'captured' && provider.netOf(intent) > 0)
  const isRecorded = (intentId: string): boolean =>
    order.attempts.some((attempt) => isKnown(attempt) && attempt.providerObjectId === intentId)
  // An object whose creator crashed before recording it is never confirmed, so it may stay unconfirmed.
  const open = provider.intents.filter(
    ({ id, status }) =>
      ['requires_action', 'declined', 'authorized'].includes(status) || (status === 'unconfirmed' && isRecorded(id)),
  )
  if (open.length > 0) problems.push(`${open.length} intents are still open`)
  if (order.unsettled.length > 0) problems.push('stock effects are not settled')
  const due = order.refunds.filter(({ phase, amount }) => phase === 'requested' && amount <= refundable(trial))
  if (due.length > 0) problems.push('a refund is still due')
  if (order.status === 'cancelled' || order.status === 'expired') {
    if (keptPayments.length > 0) problems.push('money was kept without a sale')
    if (holds.some((hold) => hold.state !== 'ended')) problems.push('a hold is still open after the end of the order')
  } else if (order.status === 'placed' || order.status === 'requires_action' || order.status === 'authorized') {
    problems.push(`the order did not come to an end: ${order.status}`)
  } else {
    const captured = order.attempts.filter((attempt) => attempt.phase === 'captured' && !attempt.stray).at(-1)
    const ours = provider.intents.find(
      (intent) => captured?.phase === 'captured' && intent.id === captured.providerObjectId,
    )
    if (ours?.status !== 'captured') problems.push('the sale has no captured payment')
    if (keptPayments.some((intent) => intent !== ours)) problems.push('a second payment was kept')
    if (holds.some((hold) => hold.state !== 'committed')) problems.push('a hold of the sale is not committed')
  }
  return problems
}

const problemsIn = (runs: readonly number[], without: readonly EffectType[] = []): readonly string[] =>
  runs.flatMap((seed) => problemsOf(runTrial(seed, without)).map((problem) => `seed ${seed}: ${problem}`))

describe('an order under faults', () => {
  test('comes to rest with its money and its stock in order', () => {
    expect(problemsIn(seeds)).toEqual([])
  })

  test('runs the same with the same seed', () => {
    expect(runTrial(7).events).toEqual(runTrial(7).events)
  })

  test('reaches every state', () => {
    const reached = new Set(seeds.map((seed) => runTrial(seed).state.status))
    expect([...reached].sort()).toEqual(['cancelled', 'confirmed', 'delivered', 'expired', 'returned', 'shipped'])
  })

  test.each<EffectType>(['voidIntent', 'refundIntent', 'settleStock', 'expireOrder', 'captureIntent', 'commitStock'])(
    'breaks a law if %s is left out',
    (effect) => {
      expect(problemsIn(controlSeeds, [effect])).not.toEqual([])
    },
  )
})
