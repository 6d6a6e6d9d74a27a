// The ceiling of Holdfast in process: the same events in the same batches through the same client library, but nothing is
// decided and the server is the gRPC echo. One hot sku is one append after the other, each with as many events as a write
// may have; many skus are many appends at a time.
import { randomUUID } from 'node:crypto'
import type { EventToAppend } from '#commands/ports.ts'
import { writerBounds } from '#commands/stream-writer/types.ts'
import { encodeEvent } from '#domain/codec.ts'
import { stockStream } from '#domain/streams.ts'
import { createEventLog } from '#platform/eventstore/event-log.ts'
import { measureLoad } from '../../load/load.ts'
import { holdSeconds, location } from '../../load/sale-terms.ts'
import type { Contender, Round } from '../../measuring/contender.ts'
import { startEcho } from '../../servers/event-store.ts'
import type { Scenario } from '../reservation-shop.ts'

const someHold = (): EventToAppend => {
  const [id, commandId, reservationId] = [randomUUID(), randomUUID(), randomUUID()]
  const levels = { onHandAfter: 1_000_000, heldAfter: 12_345, committedAfter: 0 }
  const hold = { reservationId, line: 0, quantity: 1, expiresAt: Date.now() + holdSeconds * 1_000 }
  const { storedType, data } = encodeEvent({
    type: 'StockReserved',
    data: { at: Date.now(), commandId, ...hold, ...levels },
  })
  const metadata = { $correlationId: reservationId, $causationId: commandId, actor: 'bench' }
  return { id, storedType, data, metadata }
}

export const appendCeiling = ({ skus, load }: Scenario): Contender => {
  const batch = Array.from({ length: skus === 1 ? writerBounds.commandsMax : 1 }, someHold)
  const appends = { ...load, clients: skus === 1 ? 1 : load.clients }
  return {
    design: 'ceiling: the same appends to a gRPC echo',
    durability: 'nothing stored',
    start: async () => {
      const { client, close } = await startEcho()
      const log = createEventLog(client)
      const runRound = async (): Promise<Round> => {
        const { latencies, milliseconds } = await measureLoad(appends, async (request) => {
          await log.append(stockStream(`BENCH-${request % skus}`, location), 0, batch)
        })
        const done = latencies.length * batch.length
        return {
          done,
          milliseconds,
          latencies,
          checked: `${batch.length} ${batch.length === 1 ? 'event' : 'events'} per append`,
          broken: [],
        }
      }
      return { runRound, close }
    },
  }
}
