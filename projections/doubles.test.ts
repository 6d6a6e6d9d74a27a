// Each read model gets every event twice, in the same batch and again later. Its rows must be those of one delivery.
import { expect, test } from 'vitest'
import type { LogEntry, Projection } from './ports.ts'
import { createProjector } from './projector.ts'
import { readModels } from './read-models.ts'
import { levels, recorded, reservationId } from './testing/events.ts'
import { createMemoryStore } from './testing/memory-store.ts'
import { orderLife } from './testing/order-events.ts'

const step = { reservationId, line: 0, quantity: 2, cause: null }
const stock = (revision: number) => ({ stream: 'stock-MUG-1@MAIN', revision, position: BigInt(revision + 1) })
const product = (revision: number) => ({ stream: 'product-MUG-1', revision, position: BigInt(revision + 11) })
const notice = (revision: number) => ({ stream: 'provider-evt_1', revision, position: BigInt(revision + 15) })
const kept = { providerEventId: 'evt_1', providerObjectId: 'pi_1', eventType: 'refund.failed' }
const text = { name: 'Mug', description: null, brand: null, category: null, attributes: {}, imageUrl: null }

const log: readonly LogEntry[] = [
  recorded(stock(0), 'StockReceived', { quantity: 9, ...levels(9) }),
  recorded(stock(1), 'StockReserved', { reservationId, line: 0, quantity: 2, expiresAt: 10_000, ...levels(9, 2) }),
  recorded(stock(2), 'ReservationCommitted', { ...step, ...levels(9, 0, 2) }),
  recorded(stock(3), 'StockShipped', { ...step, shippedAfter: 2, ...levels(7) }),
  recorded(product(0), 'ProductListed', { ...text, unitPrice: 995, currency: 'GBP' }),
  recorded(product(1), 'ProductPriced', { unitPrice: 895, currency: 'GBP' }),
  recorded(notice(0), 'ProviderEventReceived', { ...kept, provider: 'stripe' }),
  recorded(notice(1), 'ProviderEventApplied', {}),
  ...orderLife(),
]

const rowsOf = async (projection: Projection, batches: ReadonlyArray<readonly LogEntry[]>) => {
  const store = createMemoryStore()
  const projector = createProjector({ projections: [projection], store, now: () => 0 })
  await projector.start()
  for (const entries of batches) {
    projector.accept({ entries, position: undefined })
    await projector.step()
  }
  const parked = [...store.head(projection.name).parked.values()]
  return { parked, rows: projection.tables.map((table) => store.rows(table)) }
}

test.each(readModels)('$name', async (projection) => {
  const once = await rowsOf(projection, [log])
  expect(once.parked).toEqual([])
  expect(once.rows.flat()).not.toEqual([])
  const doubled = log.flatMap((entry) => [entry, entry])
  expect(await rowsOf(projection, [doubled, log])).toEqual(once)
  expect(
    await rowsOf(
      projection,
      log.flatMap((entry) => [[entry], [entry]]),
    ),
  ).toEqual(once)
})
