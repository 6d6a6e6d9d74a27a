// The ceiling of ours: the same events in the same batches through the same client, but nothing is decided and the server
// is the bare echo. One hot sku is one append after the other, each as full as a write gets; many skus are many at once.
import { randomUUID } from 'node:crypto'
import type { EventToAppend } from '#commands/ports.ts'
import { writerBounds } from '#commands/stream-writer/types.ts'
import { encodeEvent } from '#domain/codec.ts'
import { createEventLog } from '#platform/eventstore/event-log.ts'
import { timed } from '../load.ts'
import type { Contender, Round } from '../run.ts'
import { startEchoServer } from '../servers.ts'
import type { Scenario } from './shop.ts'

const aHold = (): EventToAppend => {
  const [id, commandId, reservationId] = [randomUUID(), randomUUID(), randomUUID()]
  const levels = { onHandAfter: 1_000_000, heldAfter: 12_345, committedAfter: 0 }
  const hold = { reservationId, line: 0, quantity: 1, expiresAt: Date.now() + 900_000 }
  const { storedType, data } = encodeEvent({
    type: 'StockReserved',
    data: { at: Date.now(), commandId, ...hold, ...levels },
  })
  const metadata = { $correlationId: reservationId, $causationId: commandId, actor: 'bench' }
  return { id, storedType, data, metadata }
}

export const clientCeiling = ({ skus, load }: Scenario): Contender => {
  const batch = Array.from({ length: skus === 1 ? writerBounds.commandsMax : 1 }, aHold)
  const appends = { ...load, clients: skus === 1 ? 1 : load.clients }
  return {
    design: 'ceiling: the appends alone, to an echo',
    durability: 'nothing is stored',
    open: async () => {
      const { client, close } = await startEchoServer()
      const log = createEventLog(client)
      const round = async (): Promise<Round> => {
        const { latencies, milliseconds } = await timed(appends, async (request) => {
          await log.append(`stock-BENCH-${request % skus}@MAIN`, 0, batch)
        })
        const done = latencies.length * batch.length
        return { done, milliseconds, latencies, checked: `${batch.length} events an append`, broken: [] }
      }
      return { round, close }
    },
  }
}
