import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, renameSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

// Moves a folder to a small disk of its own, which can be filled to the last byte: a file system in memory (tmpfs) is mounted
// over the folder, and the folder's content is copied into it. A process that uses the folder must not run meanwhile. All
// functions are synchronous, so they are done before a supervisor, which waits a moment, starts that process again.

export type SmallDisk = {
  /** Writes a file that takes all space that is left. */
  readonly fill: () => void
  /** Deletes that file. */
  readonly free: () => void
  /** Moves the folder with its content back to the disk where it was before. */
  readonly moveBack: () => void
  /** Unmounts the disk and loses its content, even if processes still use it. */
  readonly discard: () => void
}

const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

const mount = (folder: string, bytes: number): void =>
  void run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder)

/** Keeps owners and modes: Postgres refuses a data folder that other users can read. */
const copy = (from: string, to: string): void => void run('cp', '-a', `${from}/.`, to)

/** Whether this process has the right to mount file systems. */
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

/** Moves a folder to a disk that has room for `spareBytes` more than the folder takes now. */
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
    moveBack: () => {
      rmSync(ballast, { force: true })
      mkdirSync(aside)
      copy(folder, aside)
      run('umount', folder)
      rmdirSync(folder)
      renameSync(aside, folder)
    },
    discard: () => void run('umount', '-l', folder),
  }
}
