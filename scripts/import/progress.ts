import type { AppendResult } from '#commands/ports.ts'
import { assert } from '#domain/assert.ts'
import { encodeEvent } from '#domain/codec.ts'
import { errorText } from '#domain/error-text.ts'
import type { ImportEvent } from '#domain/import/events.ts'
import { importStream } from '#domain/streams.ts'
import { derivedId, eventIdOf } from '#domain/values/ids.ts'
import { actor, type ImportTarget } from './target.ts'

// How far an import got is itself in the log, so it is taken up where it broke off, from whatever machine.

const saveTriesMax = 5

export type Counts = {
  readonly records: number
  readonly taken: number
  readonly skipped: Readonly<Record<string, number>>
}

export type Progress = {
  /** As the log had it at the start. */
  readonly before: Counts & { readonly done: boolean }
  /** Whether an earlier run began, however far it got. */
  readonly resumed: boolean
  readonly save: (counts: Counts, done: boolean) => Promise<void>
}

export const noCounts: Counts = { records: 0, taken: 0, skipped: {} }

export const addCounts = (one: Counts, other: Counts): Counts => {
  const skipped: Record<string, number> = { ...one.skipped }
  for (const [reason, count] of Object.entries(other.skipped)) skipped[reason] = (skipped[reason] ?? 0) + count
  return { records: one.records + other.records, taken: one.taken + other.taken, skipped }
}

type Advanced = ImportEvent['data']

const lastOf = async (
  { log }: ImportTarget,
  stream: string,
): Promise<{ readonly revision: number; readonly data?: Advanced }> => {
  let last: { readonly revision: number; readonly data?: Advanced } = { revision: -1 }
  for await (const page of log.read(stream, 0))
    for (const event of page) {
      assert(event.type === 'ImportAdvanced', `${stream} has ${event.type}`)
      last = event
    }
  return last
}

/** Without an answer the fate is unknown, and the same bytes again find it out. */
const appendInTries = async ({ warn }: ImportTarget, append: () => Promise<AppendResult>): Promise<AppendResult> => {
  for (let tries = 1; ; tries += 1)
    try {
      return await append()
    } catch (error) {
      if (tries >= saveTriesMax) throw error
      warn(`how far the import is was not saved yet: ${errorText(error)}`)
    }
}

/** Opens the progress of the import that `hash` names, and records that it began. */
export const openProgress = async (world: ImportTarget, hash: string): Promise<Progress> => {
  const stream = importStream(hash)
  const last = await lastOf(world, stream)
  let { revision } = last
  const save = async (counts: Counts, done: boolean): Promise<void> => {
    const at = world.logTime.now()
    assert(at !== undefined, 'log time is known before anything is written')
    const commandId = derivedId('import', hash, revision + 1)
    const { storedType, data, json } = encodeEvent({ type: 'ImportAdvanced', data: { at, commandId, ...counts, done } })
    const metadata = { $correlationId: hash, $causationId: commandId, actor }
    const event = { id: eventIdOf([commandId], 0, json), storedType, data, metadata }
    const result = await appendInTries(world, () => world.log.append(stream, revision, [event]))
    if (result.outcome === 'refused') throw new Error(`The event store refuses the progress: ${result.message}`)
    if (result.outcome === 'conflict') throw new Error('The same import runs somewhere else: let that one end.')
    revision += 1
  }
  const resumed = last.data !== undefined
  if (!resumed) await save(noCounts, false)
  const { records, taken, skipped, done } = last.data ?? { ...noCounts, done: false }
  return { before: { records, taken, skipped, done }, resumed, save }
}
