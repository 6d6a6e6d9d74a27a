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

// One order in a small hostile world: the real decider and the real process, driven at random against a provider and a
// stock that lose answers, crash half way, and tell late. First anything may break; then the world heals and must rest.

export type CheckoutTrial = {
  state: OrderState
  at: Instant
  commands: number
  readonly events: OrderEvent[]
  readonly random: Random
  readonly provider: ReturnType<typeof fakeProvider>
  readonly stock: ReturnType<typeof fakeStock>
  /** Left out on purpose, to see that the checks notice. */
  readonly without: readonly EffectType[]
}

const commandsMax = 40
const roundsMax = 2_000

const throughCodec = (event: OrderEvent): void => {
  const { storedType, data } = encodeEvent(event)
  const decoded = decodeEvent(storedType, data)
  if (isUndecodable(decoded)) throw new Error(decoded.problem)
}

const apply = (world: CheckoutTrial, command: OrderCommand): void => {
  for (const event of decideOrder(command, world.state, world.at).events) {
    throughCodec(event)
    world.state = evolve(world.state, event, world.events.length)
    world.events.push(event)
  }
}

const fresh = (world: CheckoutTrial): string => id(`command ${world.commands++}`)

/** Does what the effect asks and gives the facts that came of it; `crashes` stops it in the middle. */
const run = (world: CheckoutTrial, effect: Effect, crashes: boolean): readonly OrderCommand[] => {
  const { provider, stock } = world
  const commandId = fresh(world)
  switch (effect.type) {
    case 'createIntent':
      return [provider.create(effect.attempt, effect.amount, effect.seeFirst)]
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

const dueEffects = (world: CheckoutTrial): readonly Effect[] =>
  next(world.state, world.at).effects.filter((effect) => !world.without.includes(effect.type))

/** Somebody looks and runs one due effect. It may crash before its facts are appended, or append them much later. */
const drive = (world: CheckoutTrial, late: OrderCommand[]): void => {
  const effect = world.random.pick(dueEffects(world))
  if (effect === undefined) return
  const crashes = world.random.chance(0.2)
  const facts = run(world, effect, crashes)
  if (crashes) return
  if (world.random.chance(0.2)) late.push(...facts)
  else for (const fact of facts) apply(world, fact)
}

const people = (world: CheckoutTrial): OrderCommand => {
  const commandId = fresh(world)
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
  return world.random.pick(commands) ?? { type: 'ExpireOrder', commandId }
}

const breakThings = (world: CheckoutTrial): void => {
  const late: OrderCommand[] = []
  for (let step = 0; step < commandsMax; step += 1) {
    world.at += world.random.below(40_000)
    if (world.random.chance(0.3)) apply(world, people(world))
    if (world.random.chance(0.3)) world.provider.happen()
    if (world.random.chance(0.02)) world.stock.loseOne()
    const mail = world.random.pick([...world.provider.mail, ...late])
    if (mail !== undefined && world.random.chance(0.4)) apply(world, mail)
    drive(world, late)
    if (world.random.chance(0.5)) drive(world, late)
  }
  // What was under way when the world healed still arrives, and arrives twice.
  world.provider.heal()
  for (const fact of [...late, ...world.provider.mail, ...late]) apply(world, fact)
}

const isAttended = (world: CheckoutTrial): boolean =>
  world.state.status === 'none' || world.state.attention.every(({ state }) => state === 'closed')

/** Staff resume what failed, every due effect is run, and time passes to the next look, until nothing is left. */
const settle = (world: CheckoutTrial): void => {
  for (let round = 0; round < roundsMax; round += 1) {
    if (!isAttended(world)) {
      apply(world, { type: 'ResolveAttention', commandId: fresh(world), action: 'resume', reason: 'healed' })
    }
    const [effect] = dueEffects(world)
    if (effect !== undefined) {
      for (const fact of run(world, effect, false)) apply(world, fact)
      continue
    }
    const { lookAgainAt } = next(world.state, world.at)
    if (lookAgainAt === null) return
    if (world.without.length > 0 && lookAgainAt <= world.at) return
    world.at = Math.max(world.at, lookAgainAt)
  }
  throw new Error(`No rest after ${roundsMax} rounds: ${JSON.stringify(next(world.state, world.at))}`)
}

/** One order from its placing until it rests. The same seed tells the same story. */
export const liveThrough = (seed: number, without: readonly EffectType[] = []): CheckoutTrial => {
  const random = randomOf(seed)
  const stock = fakeStock(
    random,
    lines.map(({ line }) => line),
  )
  const world: CheckoutTrial = {
    state: initialOrder(),
    at: 0,
    commands: 0,
    events: [],
    random,
    provider: fakeProvider(random),
    stock,
    without,
  }
  apply(world, placeOrder({ confirm: random.chance(0.4) ? 'manual' : 'automatic' }))
  breakThings(world)
  settle(world)
  return world
}
