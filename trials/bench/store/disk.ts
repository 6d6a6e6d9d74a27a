import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import path from 'node:path'
import type { Contender, Round } from '../measuring/contender.ts'
import { createFolder } from '../servers/folder.ts'

const blockBytes = 4_096

/** Latencies of the syncs, in milliseconds. */
const syncUntil = (file: number, endsAt: number): readonly number[] => {
  const block = Buffer.alloc(blockBytes, 1)
  const latencies: number[] = []
  for (let startedAt = performance.now(); startedAt < endsAt; startedAt = performance.now()) {
    writeSync(file, block)
    fdatasyncSync(file)
    latencies.push(performance.now() - startedAt)
  }
  return latencies
}

/** How many times a second this disk can sync a small write: a bound for every design that syncs before it answers. */
export const diskSyncs = (seconds: number): Contender => ({
  design: 'append 4 KiB, fdatasync',
  durability: 'block synced',
  start: async () => {
    const { folder, remove } = await createFolder()
    const file = openSync(path.join(folder, 'synced'), 'w')
    const runRound = async (): Promise<Round> => {
      const startedAt = performance.now()
      const latencies = syncUntil(file, startedAt + seconds * 1_000)
      const milliseconds = performance.now() - startedAt
      return { done: latencies.length, milliseconds, latencies, checked: 'one file, one writer', broken: [] }
    }
    const close = async (): Promise<void> => {
      closeSync(file)
      await remove()
    }
    return { runRound, close }
  },
})
