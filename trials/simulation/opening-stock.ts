import { encodeEvent } from '#domain/codec.ts'
import type { DomainEvent } from '#domain/events.ts'
import { productStream, stockStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import { locationsOf } from './api.ts'
import { skusOf } from './shopper.ts'
import { epoch, type SimulatedWorld } from './world.ts'

// The events that are in the log at the start, and unreadable events that are added during the run.

/** Streams with an event that breaks its schema. */
export const poisonStreams = [stockStream('POISON', 'MAIN'), `order-${derivedId('poison')}`]

const initialMetadata = { $correlationId: 'setup', $causationId: 'setup', actor: 'setup' }

export const fillShelves = (world: SimulatedWorld): void => {
  const { random, draw } = world
  const put = (stream: string, event: DomainEvent): void => {
    const { storedType, json } = encodeEvent(event)
    world.log.store(stream, [{ id: world.newId(), storedType, json, metadata: initialMetadata }])
  }
  for (const [index, sku] of skusOf(world).entries()) {
    const common = { at: epoch, commandId: world.newId() }
    const description = { name: sku, description: null, brand: null, category: null, attributes: {}, imageUrl: null }
    const data = { ...common, ...description, unitPrice: 100 + 150 * index, currency: 'EUR' }
    put(productStream(sku), { type: 'ProductListed', data })
    for (const location of locationsOf(world)) {
      const quantity = random.clients.between(1, draw.unitsMax)
      const levels = { onHandAfter: quantity, heldAfter: 0, committedAfter: 0 }
      put(stockStream(sku, location), { type: 'StockReceived', data: { ...common, quantity, ...levels } })
    }
  }
}

/** Adds an event that breaks its schema to streams of its own. Those streams wait; everything else goes on. */
export const pourPoison = (world: SimulatedWorld): void => {
  for (const stream of poisonStreams)
    world.schedule.after(world.random.log.below(20_000), `poison in ${stream}`, () => {
      const json = JSON.stringify({ nonsense: true })
      world.log.store(stream, [{ id: world.newId(), storedType: 'StockReserved.v1', json, metadata: initialMetadata }])
    })
}
