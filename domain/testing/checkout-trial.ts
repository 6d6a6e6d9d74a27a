import { unreachable } from '../assert.ts'
import type { Effect, EffectType } from '../checkout/effects.ts'
import { next } from '../checkout/next.ts'
import { decodeEvent, encodeEvent, isUndecodable } from '../codec.ts'
import type { OrderCommand } from '../order/commands.ts'
import { decideOrder } from '../order/decide.ts'
import type { OrderEvent } from '../order/events.ts'
import { evolve } from '../order/evolve.ts'
import { initialOrder, type OrderState } from '../order/state.ts'
import type { Instant } from '../values/instant.ts'
import { fakeProvider } from './fake-provider.ts'
import { fakeStock } from './fake-stock.ts'
import { id, lines, placeOrder, requestPayment, shipOrder } from './order-fixtures.ts'
import { type Random, randomOf } from './random.ts'

// One order under faults: the real decider and the real checkout process, driven at random against a provider and a stock
// that lose answers, stop half way and report late. After a number of random steps the faults stop, and the order must rest.

export type CheckoutTrial = {
  state: OrderState
  at: Instant
  commands: number
  readonly events: OrderEvent[]
  readonly random: Random
  readonly provider: ReturnType<typeof fakeProvider>
  readonly stock: ReturnType<typeof fakeStock>
  /** Effects that are left out on purpose, as a negative control of the checks. */
  readonly without: readonly EffectType[]
}

const commandsMax = 40
const roundsMax = 2_000

const throughCodec = (event: OrderEvent): void => {
  const { storedType, data } = encodeEvent(event)
  const decoded = decodeEvent(storedType, data)
  if (isUndecodable(decoded)) throw new Error(decoded.problem)
}

const apply = (trial: CheckoutTrial, command: OrderCommand): void => {
  for (const event of decideOrder(command, trial.state, trial.at).events) {
    throughCodec(event)
    trial.state = evolve(trial.state, event, trial.events.length)
    trial.events.push(event)
  }
}

const fresh = (trial: CheckoutTrial): string => id(`command ${trial.commands++}`)

/** Runs an effect and gives the facts that came of it. `crashes` can stop it half way. */
const run = (trial: CheckoutTrial, effect: Effect, crashes: boolean): readonly OrderCommand[] => {
  const { provider, stock } = trial
  const commandId = fresh(trial)
  switch (effect.type) {
    case 'createIntent':
      return [provider.create(effect.attempt, effect.amount, effect.readFirst)]
    case 'confirmIntent':
      return [provider.confirm(effect.providerObjectId)]
    case 'readIntent': {
      const said = provider.read(effect.providerObjectId)
      const isUnconfirmed = said.type === 'RecordIntentStatus' && said.status.type === 'created'
      return [isUnconfirmed ? provider.cancel(effect.providerObjectId) : said]
    }
    case 'captureIntent':
      return [provider.capture(effect.providerObjectId)]
    case 'voidIntent':
      return [provider.cancel(effect.providerObjectId)]
    case 'refundIntent': {
      const refund = provider.refund(effect.refundId, effect.paymentObjectId, effect.amount)
      return refund === undefined ? [] : [refund]
    }
    case 'commitStock': {
      const lost = stock.commit(effect.lines, crashes)
      return [
        lost.length > 0
          ? { type: 'RecordStockLost', commandId, lines: lost }
          : { type: 'RecordStockCommitted', commandId },
      ]
    }
    case 'extendForAuthorization':
      return [{ type: 'SettleStock', commandId, revision: effect.revision }]
    case 'settleStock':
      if (effect.kind === 'close') stock.close(effect.lines)
      if (effect.kind === 'ship') stock.ship(effect.lines)
      if (effect.kind === 'return') stock.takeBack(effect.lines)
      return [{ type: 'SettleStock', commandId, revision: effect.revision }]
    case 'expireOrder': {
      const read = effect.readFirst === null ? [] : [provider.read(effect.readFirst.providerObjectId)]
      return [...read, { type: 'ExpireOrder', commandId }]
    }
    default:
      return unreachable(effect)
  }
}

const dueEffects = (trial: CheckoutTrial): readonly Effect[] =>
  next(trial.state, trial.at).effects.filter((effect) => !trial.without.includes(effect.type))

/** Runs one due effect. It can crash before its facts are appended, or they are appended much later. */
const drive = (trial: CheckoutTrial, late: OrderCommand[]): void => {
  const effect = trial.random.pick(dueEffects(trial))
  if (effect === undefined) return
  const crashes = trial.random.chance(0.2)
  const facts = run(trial, effect, crashes)
  if (crashes) return
  if (trial.random.chance(0.2)) late.push(...facts)
  else for (const fact of facts) apply(trial, fact)
}

const people = (trial: CheckoutTrial): OrderCommand => {
  const commandId = fresh(trial)
  const commands: readonly OrderCommand[] = [
    { ...requestPayment(), commandId },
    { ...requestPayment(), commandId },
    { ...requestPayment(), commandId, expiresAt: 1_500_000 },
    { type: 'RequestConfirmation', commandId },
    { type: 'CancelOrder', commandId, note: null },
    { ...shipOrder(), commandId, lines: [{ sku: 'MUG', quantity: 1 }] },
    { ...shipOrder(), commandId },
    { ...shipOrder(), commandId },
    { type: 'ReturnOrder', commandId, lines: [{ sku: 'MUG', quantity: 1 }], restock: true, reason: 'unwanted' },
    { type: 'ReturnOrder', commandId, lines: [{ sku: 'LAMP', quantity: 1 }], restock: false, reason: 'broken' },
    { type: 'DeliverOrder', commandId },
    { type: 'RefundOrder', commandId, scope: { type: 'amount', amount: 700 }, reason: 'goodwill' },
    { type: 'ExpireOrder', commandId },
    { type: 'NeedAttention', commandId, reason: 'provider_unreachable', detail: 'silent' },
    { type: 'ResolveAttention', commandId, action: 'resume', reason: 'back' },
  ]
  return trial.random.pick(commands) ?? { type: 'ExpireOrder', commandId }
}

const runWithFaults = (trial: CheckoutTrial): void => {
  const late: OrderCommand[] = []
  for (let step = 0; step < commandsMax; step += 1) {
    trial.at += trial.random.below(40_000)
    if (trial.random.chance(0.3)) apply(trial, people(trial))
    if (trial.random.chance(0.3)) trial.provider.somethingHappens()
    if (trial.random.chance(0.02)) trial.stock.loseOne()
    const notice = trial.random.pick([...trial.provider.notices, ...late])
    if (notice !== undefined && trial.random.chance(0.4)) apply(trial, notice)
    drive(trial, late)
    if (trial.random.chance(0.5)) drive(trial, late)
  }
  // Facts that were under way when the faults stopped still arrive, and arrive twice.
  trial.provider.heal()
  for (const fact of [...late, ...trial.provider.notices, ...late]) apply(trial, fact)
}

const isAttended = (trial: CheckoutTrial): boolean =>
  trial.state.status === 'none' || trial.state.attention.every(({ state }) => state === 'closed')

/** Staff resume what failed, every due effect is run, and time advances to the next look, until nothing is left to do. */
const settle = (trial: CheckoutTrial): void => {
  for (let round = 0; round < roundsMax; round += 1) {
    if (!isAttended(trial)) {
      apply(trial, { type: 'ResolveAttention', commandId: fresh(trial), action: 'resume', reason: 'healed' })
    }
    const [effect] = dueEffects(trial)
    if (effect !== undefined) {
      for (const fact of run(trial, effect, false)) apply(trial, fact)
      continue
    }
    const { lookAgainAt } = next(trial.state, trial.at)
    if (lookAgainAt === null) return
    if (trial.without.length > 0 && lookAgainAt <= trial.at) return
    trial.at = Math.max(trial.at, lookAgainAt)
  }
  throw new Error(`No rest after ${roundsMax} rounds: ${JSON.stringify(next(trial.state, trial.at))}`)
}

/** Runs one order from its placing until it rests. The same seed gives the same run. */
export const runTrial = (seed: number, without: readonly EffectType[] = []): CheckoutTrial => {
  const random = randomOf(seed)
  const stock = fakeStock(
    random,
    lines.map(({ line }) => line),
  )
  const trial: CheckoutTrial = {
    state: initialOrder(),
    at: 0,
    commands: 0,
    events: [],
    random,
    provider: fakeProvider(random),
    stock,
    without,
  }
  apply(trial, placeOrder({ confirm: random.chance(0.4) ? 'manual' : 'automatic' }))
  runWithFaults(trial)
  settle(trial)
  return trial
}
