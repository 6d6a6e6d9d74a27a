// The embedded Postgres: the real server from its npm package, on 127.0.0.1 alone, with a generated password. It ends
// with this process, however that ends, and opens again on its data after any kind of stop.
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from '../process/child.ts'
import { freePort } from '../process/ports.ts'
import { asPostgresAccount } from './account.ts'
import { type Binaries, postgresBinaries } from './binaries.ts'
import { type Cluster, openCluster, superuser } from './cluster.ts'
import { createDatabase, databaseUrl, withClient } from './databases.ts'
import { untilNotRunning } from './running.ts'
import { postgresArguments } from './settings.ts'

const mainDatabase = 'holdfast'
/** Recovery after a crash replays the log since the last checkpoint before the server accepts connections. */
const startMillisecondsMax = 120_000
const stopMillisecondsMax = 30_000
const pollMilliseconds = 20
/** For a port found free and taken before Postgres had it, and for processes of a killed server on their way out. */
const attemptsMax = 20
const retryMilliseconds = 250
/** A killed server leaves its shared memory or its process behind for a moment; such an error is worth a retry. */
const ofKilled = /pre-existing shared memory block|lock file "postmaster.pid" already exists/

export type PostgresOptions = {
  /** Holds the cluster and its password; made on the first start. */
  readonly dataDir: string
  /** 0 picks a free one. */
  readonly port: number
  readonly log?: (line: string) => void
}

export type Postgres = {
  /** Of the database `holdfast`, password included. */
  readonly url: string
  readonly port: number
  /** Creates the database unless it exists; returns its URL. */
  readonly createDatabase: (name: string) => Promise<string>
  /** Settles when the server has ended, also when nobody asked it to. */
  readonly exited: Promise<void>
  /** Fast shutdown: connections end, what was committed is kept. */
  readonly stop: () => Promise<void>
}

export const startPostgres = async ({ dataDir, port, log }: PostgresOptions): Promise<Postgres> => {
  const binaries = postgresBinaries()
  const cluster = await openCluster(path.resolve(dataDir), binaries)
  await untilNotRunning(cluster.folder)
  for (let attempt = 1; ; attempt += 1) {
    const triedPort = port === 0 ? await freePort() : port
    const child = startServer({ binaries, cluster, port: triedPort, log })
    const serverUrl = urlOf({ port: triedPort, password: cluster.password })
    if (await accepts(serverUrl, child)) {
      const stop = (): Promise<void> => child.stop(stopMillisecondsMax)
      const url = await createDatabase(serverUrl, mainDatabase).catch(async (error: Error) => {
        await stop()
        throw error
      })
      const create = (name: string): Promise<string> => createDatabase(serverUrl, name)
      return { url, port: triedPort, createDatabase: create, exited: child.exited, stop }
    }
    const output = child.recentLines().join('\n')
    const mayPass = ofKilled.test(output) || (port === 0 && isPortTaken(output))
    if (!mayPass || attempt === attemptsMax) throw new Error(startFailure({ output, port: triedPort }))
    await sleep(retryMilliseconds)
  }
}

type Server = {
  readonly binaries: Binaries
  readonly cluster: Cluster
  readonly port: number
  readonly log: ((line: string) => void) | undefined
}

const startServer = ({ binaries, cluster, port, log }: Server): Child => {
  const command = asPostgresAccount([binaries.postgres, ...postgresArguments({ folder: cluster.folder, port })])
  return startChild({ command, stopSignal: 'INT', log })
}

/** True once the server accepts connections, false when it has ended instead. */
const accepts = async (serverUrl: string, child: Child): Promise<boolean> => {
  const startedAt = performance.now()
  while (!child.hasExited()) {
    // The server must have announced itself first: another process on the port must not get the password.
    if (child.recentLines().some((line) => /ready to accept connections/.test(line))) {
      await checkPassword(serverUrl, child)
      return true
    }
    if (performance.now() - startedAt > startMillisecondsMax) {
      await child.stop(stopMillisecondsMax)
      throw new Error(`Postgres did not accept connections within ${startMillisecondsMax / 1000} s.`)
    }
    await Promise.race([sleep(pollMilliseconds), child.exited])
  }
  return false
}

const checkPassword = async (serverUrl: string, child: Child): Promise<void> => {
  try {
    await withClient(serverUrl, (client) => client.query('select 1'))
  } catch (error) {
    await child.stop(stopMillisecondsMax)
    const isPassword = error instanceof Error && 'code' in error && error.code === '28P01'
    if (!isPassword) throw error
    throw new Error('Postgres does not take its own password: the file `password` belongs to another data folder.')
  }
}

const urlOf = ({ port, password }: { readonly port: number; readonly password: string }): string => {
  return databaseUrl(`postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}`, 'postgres')
}

const isPortTaken = (output: string): boolean => {
  return /Address already in use/.test(output)
}

/** The last output of the server, as one line for people. */
const startFailure = ({ output, port }: { readonly output: string; readonly port: number }): string => {
  if (isPortTaken(output))
    return `Port ${port} on 127.0.0.1 is taken: choose another for Postgres, or 0 for a free one.`
  const said = [...output.matchAll(/(?:FATAL|PANIC|DETAIL|error):\s+(.+)/g)].map(([, text]) => text)
  return `Postgres did not start: ${(said.length > 0 ? said.join(' ') : output).replaceAll(/\s+/g, ' ') || 'it said nothing'}`
}
