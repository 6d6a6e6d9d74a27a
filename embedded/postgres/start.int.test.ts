// The embedded Postgres against what happens to a machine: restarts, kills, taken ports, folders that are not its own.
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startInKilledProcess, takePort, untilNotListening } from '../testing/processes.ts'
import { createTestDatabase } from '../testing/servers.ts'
import { withClient } from './databases.ts'
import { type Postgres, type PostgresOptions, startPostgres } from './start.ts'

let dataDir = ''
const running: Postgres[] = []

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'holdfast-postgres-'))
})

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()))
  await rm(dataDir, { recursive: true, force: true })
})

const start = async (options: Partial<PostgresOptions> = {}): Promise<Postgres> => {
  const postgres = await startPostgres({ dataDir, port: 0, ...options })
  running.push(postgres)
  return postgres
}

const write = (url: string, value: number) =>
  withClient(url, async (client) => {
    await client.query('create table if not exists kept (value int)')
    await client.query('insert into kept values ($1)', [value])
  })

const read = (url: string): Promise<readonly unknown[]> =>
  withClient(url, async (client) => (await client.query('select value from kept order by value')).rows)

const postmasterPid = async (): Promise<number> =>
  Number((await readFile(path.join(dataDir, 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0])

describe('a data folder', () => {
  test('keeps its data, its password and its databases after a restart', async () => {
    const first = await start()
    await write(first.url, 1)
    await write(await first.createDatabase('other'), 2)
    await first.stop()
    const second = await start()
    expect(await read(second.url)).toEqual([{ value: 1 }])
    expect(await read(await second.createDatabase('other'))).toEqual([{ value: 2 }])
  })

  test('keeps what was committed when the server is killed', async () => {
    const killed = await start()
    await write(killed.url, 1)
    process.kill(await postmasterPid(), 'SIGKILL')
    const again = await start()
    await killed.exited
    expect(await read(again.url)).toEqual([{ value: 1 }])
  })

  test('is served by one Postgres: the second start is refused, the first goes on', async () => {
    const first = await start()
    await expect(start()).rejects.toThrow(/^.+cluster is in use by Postgres process \d+: stop the Holdfast.+$/)
    await write(first.url, 1)
    expect(await read(first.url)).toEqual([{ value: 1 }])
  })

  test('opens again at once after its process was killed', async () => {
    const url = await startInKilledProcess('postgres', dataDir)
    const again = await start({ port: Number(new URL(url).port) })
    await write(again.url, 1)
    expect(await read(again.url)).toEqual([{ value: 1 }])
  })

  test('is created again if the first start was killed before it finished', async () => {
    await mkdir(path.join(dataDir, 'cluster.unfinished'))
    await writeFile(path.join(dataDir, 'cluster.unfinished', 'PG_VERSION'), '18\n')
    await write((await start()).url, 1)
  })

  test('has a password file that only its owner can read', async () => {
    await start()
    expect((await stat(path.join(dataDir, 'password'))).mode & 0o777).toBe(0o600)
  })

  test('of another major version is refused', async () => {
    await mkdir(path.join(dataDir, 'cluster'))
    await writeFile(path.join(dataDir, 'cluster', 'PG_VERSION'), '17\n')
    await expect(start()).rejects.toThrow(/cluster was made by Postgres 17, this is 18: /)
  })

  test('that Postgres did not create is refused', async () => {
    await mkdir(path.join(dataDir, 'cluster'))
    await writeFile(path.join(dataDir, 'cluster', 'mine.txt'), 'mine')
    await expect(start()).rejects.toThrow(/cluster is not a data folder of Postgres \(PG_VERSION: ENOENT\): /)
  })

  test('with missing files is refused with the message of Postgres', async () => {
    await (await start()).stop()
    await rm(path.join(dataDir, 'cluster', 'global', 'pg_control'))
    await expect(start()).rejects.toThrow(/^Postgres did not start: .*pg_control.*$/)
  })

  test('without its password is refused', async () => {
    await (await start()).stop()
    await rm(path.join(dataDir, 'password'))
    await expect(start()).rejects.toThrow(/password cannot be read: /)
  })

  test('with the password file of another data folder is refused', async () => {
    await (await start()).stop()
    await writeFile(path.join(dataDir, 'password'), 'another\n')
    await expect(start()).rejects.toThrow('Postgres does not take its own password')
  })
})

test('a taken port is named', async () => {
  const { port, release } = await takePort()
  await expect(start({ port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`)
  await release()
})

test('the server ends when its parent process ends or is killed', async () => {
  const url = await startInKilledProcess('postgres', dataDir)
  await untilNotListening(url)
})

test('the server is durable, checks its pages and asks for a password', async () => {
  const { url } = await start()
  const names = ['fsync', 'synchronous_commit', 'data_checksums', 'listen_addresses', 'password_encryption']
  const { rows } = await withClient(url, (client) =>
    client.query('select current_setting(name) as value from unnest($1::text[]) as name', [names]),
  )
  const values = rows.map(({ value }) => value)
  expect(values).toEqual(['on', 'on', 'on', '127.0.0.1', 'scram-sha-256'])
  const stranger = new URL(url)
  stranger.password = 'guess'
  await expect(withClient(stranger.href, (client) => client.query('select 1'))).rejects.toMatchObject({ code: '28P01' })
})

test('each test run has databases of its own', async () => {
  const [one, two] = [await createTestDatabase(), await createTestDatabase()]
  await write(one, 1)
  await write(two, 2)
  expect(await read(one)).toEqual([{ value: 1 }])
  expect(await read(two)).toEqual([{ value: 2 }])
})
