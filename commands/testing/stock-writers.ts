import type { StockCommand } from '#domain/stock/commands.ts'
import type { EventLog } from '../ports.ts'
import { stockRules } from '../stock-stream.ts'
import { type WriterBounds, writerBounds } from '../stream-writer/types.ts'
import { createStreamWriter } from '../stream-writer/writer.ts'
import { createManualTimers, type ManualTimers } from './manual-timers.ts'
import { createMemoryLog } from './memory-log.ts'

// Writers of stock streams on a log in memory that can lose answers, stop answering, and let others write first.

export const at = 1_800_000_000_000
export const stream = 'stock-CUP@MAIN'
export const context = { correlationId: 'test', causationId: 'test', actor: 'test' }
export const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

export const receive = (quantity: number): StockCommand => ({
  type: 'ReceiveStock',
  commandId: id(900 + quantity),
  quantity,
})
export const reserve = (reservation: number, quantity = 1): StockCommand => ({
  type: 'ReserveStock',
  commandId: id(100 + reservation),
  reservationId: id(reservation),
  line: 0,
  quantity,
  ttlSeconds: 900,
  final: true,
})

type Change = {
  readonly log?: (log: EventLog, timers: ManualTimers) => EventLog
  readonly bounds?: Partial<WriterBounds>
}

export const platform = (change: Change = {}) => {
  const memory = createMemoryLog(() => at)
  const timers = createManualTimers()
  let passed = 0
  const warnings: string[] = []
  const log = change.log?.(memory, timers) ?? memory
  const ports = {
    log,
    logTime: { now: () => at + passed },
    timers,
    random: () => 0.5,
    warn: (line: string) => warnings.push(line),
  }
  const createWriter = () => createStreamWriter(stockRules, ports, { ...writerBounds, ...change.bounds })
  const moveLogTime = (milliseconds: number): void => {
    passed += milliseconds
  }
  return { memory, timers, warnings, moveLogTime, createWriter, writer: createWriter() }
}

export const types = (memory: { all: () => readonly { type: string }[] }): readonly string[] =>
  memory.all().map(({ type }) => type)
