import type { Ask } from './client.ts'
import type { SimulatedWorld } from './world.ts'

// The staff who read the bank's statements. They record the transfers of customers, late and sometimes twice, and transfer
// refunds back.

export type OpenTransfers = {
  readonly overdue: ReadonlyArray<{ readonly orderId: string; readonly total: number }>
  readonly refunds: ReadonlyArray<{ readonly orderId: string; readonly refundId: string; readonly amount: number }>
}

const rounds = 4
const statementMilliseconds = 20_000

const pass = (world: SimulatedWorld, milliseconds: number, who: string): Promise<void> =>
  new Promise((resolve) =>
    world.schedule.after(1 + world.random.bookkeeper.below(milliseconds), `${who} goes on`, resolve),
  )

/** A customer transfers the money of an invoice, before its time is over or after it, or never. */
export const transferMoney = async (
  world: SimulatedWorld,
  ask: Ask,
  name: string,
  { orderId, total }: { readonly orderId: string; readonly total: number },
): Promise<void> => {
  const { draw } = world
  const { bookkeeper } = world.random
  if (bookkeeper.chance(0.25)) return
  await pass(world, draw.invoiceDueSeconds * 1_500, name)
  const transfer = { type: 'transfer', orderId, refundId: null, amount: total } as const
  if (bookkeeper.chance(0.1)) await ask({ ...transfer, amount: total - 1 }, `${name}'s transfer, a part`)
  await ask(transfer, `${name}'s transfer`)
  // The statement is gone through again, and what was recorded is recorded once more, as another transfer.
  if (bookkeeper.chance(0.2)) await ask(transfer, `${name}'s transfer, again`)
}

/** Some refunds, about a third, are never transferred. They may not stop the others. */
const isForgotten = (refundId: string): boolean => refundId < '5'

/** Goes through the list of what waits for a transfer a few times. */
export const keepInvoices = async (world: SimulatedWorld, ask: Ask, open: () => OpenTransfers): Promise<void> => {
  const { bookkeeper } = world.random
  for (let round = 1; round <= rounds; round += 1) {
    await pass(world, statementMilliseconds, 'bookkeeper')
    const { overdue, refunds } = open()
    for (const { orderId, refundId, amount } of refunds)
      if (!isForgotten(refundId) && bookkeeper.chance(0.8))
        await ask({ type: 'transfer', orderId, refundId, amount }, `bookkeeper gives ${refundId} back ${round}`)
    for (const { orderId, total } of overdue) {
      const mind = bookkeeper.next()
      if (mind < 0.3)
        await ask({ type: 'transfer', orderId, refundId: null, amount: total }, `late transfer of ${orderId} ${round}`)
      else if (mind < 0.6) {
        const change = { type: 'CancelOrder', note: 'not paid' } as const
        await ask({ type: 'change', orderId, change }, `bookkeeper cancels ${orderId} ${round}`)
      }
    }
  }
}
