import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import path from 'node:path'
import type { Contender, Round } from '../run.ts'
import { createFolder } from '../servers.ts'

const blockBytes = 4_096

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

/** How often this disk can promise anything: one block appended and synced, over and over, by a program that does nothing else. */
export const diskSyncs = (seconds: number): Contender => ({
  design: 'append 4 KiB, fdatasync',
  durability: 'synced',
  open: async () => {
    const { folder, remove } = await createFolder()
    const file = openSync(path.join(folder, 'synced'), 'w')
    const round = async (): Promise<Round> => {
      const startedAt = performance.now()
      const latencies = syncUntil(file, startedAt + seconds * 1_000)
      const milliseconds = performance.now() - startedAt
      return { done: latencies.length, milliseconds, latencies, checked: 'one file, one writer', broken: [] }
    }
    const close = async (): Promise<void> => {
      closeSync(file)
      await remove()
    }
    return { round, close }
  },
})
