import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, renameSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

// A folder on a disk of its own that can be filled to the last byte: a file system in memory, mounted over the folder with
// what was in it. Whoever uses the folder must not run while it moves. All of it at once and not in steps, so that a
// supervisor that waits a moment before it starts a part again finds the folder whole.

export type SmallDisk = {
  readonly fill: () => void
  readonly free: () => void
  /** Brings the folder and what is in it back to the disk that it was on. */
  readonly leave: () => void
  /** Gives up the disk and all that is on it, whoever still uses it. */
  readonly abandon: () => void
}

const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

const mount = (folder: string, bytes: number): void =>
  void run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder)

/** Owners and modes are as they were: a database refuses a folder that others could read. */
const copy = (from: string, to: string): void => void run('cp', '-a', `${from}/.`, to)

/** Whether this process may mount at all. */
export const canMount = (): boolean => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-mount-'))
  try {
    mount(folder, 1_024 * 1_024)
    run('umount', folder)
    return true
  } catch {
    return false
  } finally {
    rmdirSync(folder)
  }
}

const blockSizes = [1_024 * 1_024, 4_096] as const

const fillUp = (file: string): void => {
  const descriptor = openSync(file, 'a')
  try {
    for (const size of blockSizes)
      try {
        for (;;) writeSync(descriptor, Buffer.alloc(size))
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      }
  } finally {
    closeSync(descriptor)
  }
}

/** Moves a folder to a disk that has room for so many bytes more than it takes now. */
export const moveToSmallDisk = (folder: string, spareBytes: number): SmallDisk => {
  const aside = `${folder}.aside`
  const ballast = path.join(folder, 'ballast')
  const usedBytes = Number(run('du', '-sk', folder).split('\t', 1)[0]) * 1_024
  renameSync(folder, aside)
  mkdirSync(folder)
  mount(folder, usedBytes + spareBytes)
  copy(aside, folder)
  rmSync(aside, { recursive: true })
  return {
    fill: () => fillUp(ballast),
    free: () => rmSync(ballast, { force: true }),
    leave: () => {
      rmSync(ballast, { force: true })
      mkdirSync(aside)
      copy(folder, aside)
      run('umount', folder)
      rmdirSync(folder)
      renameSync(aside, folder)
    },
    abandon: () => void run('umount', '-l', folder),
  }
}
