// There is no npm package with a Redis server, so the machine's own is used; if it is missing, apt installs it when run as root.
import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const names = ['redis-server', 'valkey-server']
const installMillisecondsMax = 120_000
const waitForOthers = ['-o', 'DPkg::Lock::Timeout=60']

export type Machine = {
  /** Folders where programs are looked for. */
  readonly folders: readonly string[]
  /** Installs the server; undefined where this machine, or this account, has no way to. */
  readonly install: (() => Promise<void>) | undefined
}

export const thisMachine = (): Machine => {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '')
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  return { folders, install: mayInstall ? installWithApt : undefined }
}

/** The server's program, or the one line that says what goes on without it and what to type. */
export const redisBinary = async (
  machine: Machine,
): Promise<{ readonly program: string } | { readonly unavailable: string }> => {
  const found = findProgram(machine.folders)
  if (found !== undefined) return { program: found }
  const slower = 'No Redis: cache, rate limits and wake-ups run without it, slower.'
  if (machine.install === undefined)
    return {
      unavailable: `${slower} Install redis-server (Debian: sudo apt install redis-server; macOS: brew install redis), or set REDIS_URL.`,
    }
  try {
    await machine.install()
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)
    return {
      unavailable: `${slower} apt-get install redis-server failed (${reason}): install it by hand, or set REDIS_URL.`,
    }
  }
  const program = findProgram(machine.folders)
  return program === undefined
    ? { unavailable: `${slower} The package redis-server brought no redis-server to PATH.` }
    : { program }
}

const findProgram = (folders: readonly string[]): string | undefined => {
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find(isExecutable)
}

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const installWithApt = async (): Promise<void> => {
  const options = { timeout: installMillisecondsMax, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  const install = (): Promise<unknown> =>
    run('apt-get', ['install', ...waitForOthers, '--yes', '--no-install-recommends', 'redis-server'], options)
  // The package lists may be missing or too old to be of use: only then are they worth their time.
  await install().catch(async () => {
    await run('apt-get', ['update'], options)
    await install()
  })
  await stopPackagedService()
}

/** The package starts a server of its own on the default port; ours has its own port and folder. */
const stopPackagedService = async (): Promise<void> => {
  const stop = existsSync('/run/systemd/system')
    ? run('systemctl', ['disable', '--now', 'redis-server'])
    : run('service', ['redis-server', 'stop'])
  // Where it does not run, stopping it fails, and that is as well.
  await stop.catch(() => {})
}
