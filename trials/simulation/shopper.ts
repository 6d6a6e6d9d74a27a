import type { StockChange } from '#commands/change-stock.ts'
import type { ReserveStockAnswer } from '#commands/reserve-stock.ts'
import type { Answer } from './api.ts'
import { locationsOf } from './api.ts'
import { transferMoney } from './bookkeeper.ts'
import type { Ask } from './client.ts'
import { methods } from './provider.ts'
import type { SimulatedWorld } from './world.ts'

// The behaviour of shoppers, who change their minds, and of the staff who fulfil their orders.

export const skusOf = ({ draw }: SimulatedWorld): readonly [string, ...string[]] => [
  'MUG',
  ...['CUP', 'JUG'].slice(0, draw.skus - 1),
]

const isReserved = (answer: Answer | undefined): answer is ReserveStockAnswer =>
  answer !== undefined && 'outcome' in answer && answer.outcome === 'reserved'

type Paid = { readonly status: string; readonly clientSecret: string | null }

const paidOf = (answer: Answer | undefined): Paid | undefined => {
  if (answer === undefined || !('outcome' in answer)) return undefined
  if (answer.outcome === 'paid') return answer
  if (answer.outcome === 'placed' && answer.payment !== null) return paidOf(answer.payment)
  return undefined
}

const attemptsMax = 3
const thinkMilliseconds = 8_000

const methodOf = ({ draw, random: { clients } }: SimulatedWorld): string => {
  if (draw.invoices > 0 && clients.chance(draw.invoices)) return 'invoice'
  return clients.chance(0.5) ? 'card_good' : clients.pick(methods)
}

const think = ({ schedule, random }: SimulatedWorld, milliseconds: number, who: string): Promise<void> =>
  new Promise((resolve) => schedule.after(random.clients.below(1 + milliseconds), `${who} goes on`, resolve))

/** The bank asks the shopper, in the browser; some answer, some never come back. */
const answerBank = async (world: SimulatedWorld, name: string, clientSecret: string): Promise<void> => {
  const { clients } = world.random
  await think(world, thinkMilliseconds, name)
  if (clients.chance(0.8)) world.provider.authenticate(clientSecret.replace('_secret', ''), clients.chance(0.8))
}

type Paying = { readonly orderId: string; readonly total: number; readonly method: string | undefined }

const pay = async (
  world: SimulatedWorld,
  ask: Ask,
  name: string,
  order: Paying,
  first: Answer | undefined,
): Promise<void> => {
  const { clients } = world.random
  const { orderId } = order
  let { method } = order
  let paid = paidOf(first)
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    if (paid?.status === 'confirmed' || paid?.status === 'authorized') break
    if (paid?.clientSecret && clients.chance(0.9)) await answerBank(world, name, paid.clientSecret)
    else if (clients.chance(0.15)) break
    await think(world, thinkMilliseconds, name)
    method = methodOf(world)
    paid = paidOf(await ask({ type: 'pay', orderId, paymentMethod: method }, `${name} pays ${attempt}`))
  }
  if (method === 'invoice') await transferMoney(world, ask, name, order)
}

/** Confirms, sends, takes back and refunds what can be; the order refuses what cannot. */
const handle = async (world: SimulatedWorld, ask: Ask, name: string, orderId: string, sku: string): Promise<void> => {
  const { clients } = world.random
  const changes = [
    { type: 'RequestConfirmation' },
    { type: 'CancelOrder', note: null },
    { type: 'ShipOrder', lines: [{ sku, quantity: 1 }], carrier: null, trackingNumber: null },
    { type: 'ShipOrder', lines: null, carrier: null, trackingNumber: null },
    { type: 'DeliverOrder' },
    { type: 'ResolveAttention', action: 'resume', reason: 'looked into' },
    { type: 'ReturnOrder', lines: [{ sku, quantity: 1 }], restock: clients.chance(0.5), reason: 'chipped' },
    { type: 'RefundOrder', scope: { type: 'amount', amount: 150 }, reason: 'late' },
    { type: 'RefundOrder', scope: { type: 'lines', lines: [{ sku, quantity: 1 }] }, reason: 'chipped' },
  ] as const
  const wanted = changes.filter(({ type }) => clients.chance(type === 'CancelOrder' ? 0.15 : 0.5))
  for (const [index, change] of wanted.entries()) {
    await think(world, thinkMilliseconds, name)
    await ask({ type: 'change', orderId, change }, `${name} ${change.type} ${index}`)
  }
}

/** Gives back parts of what was paid, some at once and some one after the other. */
const giveBack = async (world: SimulatedWorld, ask: Ask, name: string, orderId: string): Promise<void> => {
  const { clients } = world.random
  const parts = Array.from({ length: clients.between(1, 3) }, async (_, index) => {
    const change = { type: 'RefundOrder', scope: { type: 'amount', amount: 50 + index }, reason: 'late' } as const
    await think(world, thinkMilliseconds, name)
    await ask({ type: 'change', orderId, change }, `${name} refunds ${index}`)
  })
  await Promise.all(parts)
}

export const shop = async (world: SimulatedWorld, ask: Ask, name: string): Promise<void> => {
  const { draw, random } = world
  const { clients } = random
  await think(world, draw.chaosSeconds * 500, name)
  const lines = Array.from({ length: clients.between(1, 2) }, () => ({
    sku: clients.pick(skusOf(world)),
    quantity: clients.between(1, 2),
    ...(clients.chance(0.2) ? { location: locationsOf(world)[clients.below(draw.locations)] } : {}),
  }))
  const ttlSeconds = clients.between(3, draw.ttlSecondsMax)
  const reservation = await ask({ type: 'reserve', lines, ttlSeconds }, `${name} reserves`)
  if (!isReserved(reservation)) return
  await think(world, ttlSeconds * 600, name)
  const mind = clients.next()
  if (mind < 0.1) return
  if (mind < 0.25) {
    await ask({ type: 'release', reservation }, `${name} releases`)
    return
  }
  const confirm = clients.chance(0.3) ? 'manual' : 'automatic'
  const paymentMethod = clients.chance(0.6) ? methodOf(world) : undefined
  const placed = await ask({ type: 'place', reservation, confirm, paymentMethod }, `${name} places`)
  if (placed === undefined || !('orderNumber' in placed)) return
  const sku = lines[0]?.sku ?? 'MUG'
  await Promise.all([
    pay(world, ask, name, { orderId: placed.orderId, total: placed.total, method: paymentMethod }, placed),
    clients.chance(0.8) ? handle(world, ask, `staff for ${name}`, placed.orderId, sku) : undefined,
  ])
  if (clients.chance(0.3)) await giveBack(world, ask, `staff for ${name}`, placed.orderId)
}

/** Counts, corrections and deliveries, also below what is promised. */
export const keepStock = async (world: SimulatedWorld, ask: Ask): Promise<void> => {
  const { draw, random, faults, isHealed } = world
  const { clients } = random
  for (let round = 1; !isHealed(); round += 1) {
    await think(world, thinkMilliseconds, 'staff')
    if (!clients.chance(faults().recount)) continue
    const quantity = clients.between(0, draw.unitsMax >> 1)
    const change = clients.pick<StockChange>([
      { type: 'CountStock', quantity, reason: 'count' },
      { type: 'AdjustStock', quantity: -1, reason: 'broken' },
      { type: 'ReceiveStock', quantity: 1 + quantity },
      { type: 'SetSafetyStock', quantity: quantity >> 1 },
    ])
    const location = locationsOf(world)[clients.below(draw.locations)] ?? 'MAIN'
    await ask({ type: 'stock', sku: clients.pick(skusOf(world)), location, change }, `staff stock ${round}`)
  }
}

/** Reasons to try again; a shortfall is mended at the shelf. */
const resumable = ['provider_unreachable', 'payment_outcome_unknown', 'void_failed', 'refund_failed']
const resumesMax = 5

/** Once everything is there again somebody goes through what waits for a person, and has it tried again. */
export const resumeOrders = async (
  world: SimulatedWorld,
  ask: Ask,
  waiting: (reasons: readonly string[]) => readonly string[],
): Promise<void> => {
  for (let round = 1; round <= resumesMax; round += 1) {
    for (const orderId of waiting(resumable)) {
      const change = { type: 'ResolveAttention', action: 'resume', reason: 'the provider is back' } as const
      await ask({ type: 'change', orderId, change }, `staff resumes ${orderId} ${round}`)
    }
    await think(world, 4 * thinkMilliseconds, 'staff')
  }
}
