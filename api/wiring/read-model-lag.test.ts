import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createReadModelLag } from './read-model-lag.ts'

/** A watch that checks once for each `look`. The test sets the time and the stored positions. */
const given = (projections: readonly string[]) => {
  const told: string[] = []
  const registry = new Registry()
  let now = 0
  let positions: () => Promise<ReadonlyMap<string, bigint>> = async () => new Map()
  const { heard, watch } = createReadModelLag({
    projections,
    positions: () => positions(),
    registry,
    logger: {
      info: (line: unknown) => told.push(String(line)),
      error: (fields: unknown, line?: string) => told.push(`${line} ${JSON.stringify(fields)}`),
    },
    monotonic: () => now,
    pause: async () => stopping.abort(),
  })
  let stopping = new AbortController()
  return {
    told,
    heard,
    at: (seconds: number) => {
      now = seconds * 1_000
    },
    stored: (...checkpoints: ReadonlyArray<readonly [string, bigint]>) => {
      positions = async () => new Map(checkpoints)
    },
    away: () => {
      positions = () => Promise.reject(new Error('the database is away'))
    },
    look: async () => {
      stopping = new AbortController()
      await watch(stopping.signal)
    },
    lags: async () =>
      (await registry.getSingleMetric('holdfast_read_model_lag_seconds')?.get())?.values.map(({ value }) => value),
  }
}

test('given read models that have stored everything, when time passes, then there is no lag and nothing is logged', async () => {
  const { at, heard, stored, look, lags, told } = given(['stock', 'orders'])
  heard(100n)
  stored(['stock', 100n], ['orders', 120n])
  at(3_600)
  await look()
  expect(await lags()).toEqual([0, 0])
  expect(told).toEqual([])
})

test('given a read model that stands still, when it is behind for too long, then an error is logged once, and its end too', async () => {
  const { at, heard, stored, look, lags, told } = given(['stock', 'orders'])
  heard(100n)
  stored(['stock', 90n], ['orders', 100n])
  at(30)
  heard(200n)
  await look()
  expect(told).toEqual([])
  at(31)
  await look()
  await look()
  expect(await lags()).toEqual([31, 1])
  expect(told).toEqual(['read models lag: check that a worker runs and keeps up {"secondsBehind":{"stock":31}}'])
  stored(['stock', 100n], ['orders', 200n])
  await look()
  expect(await lags()).toEqual([1, 0])
  expect(told.slice(1)).toEqual(['all read models have caught up'])
})

test('given a database that does not answer, when the log grows, then the read models in it fall behind', async () => {
  const { at, heard, stored, away, look, lags } = given(['stock'])
  stored(['stock', 100n])
  await look()
  away()
  heard(150n)
  at(40)
  await look()
  expect(await lags()).toEqual([40])
})

test('given a read model that has stored nothing, when the log grows, then it is behind', async () => {
  const { at, heard, look, lags } = given(['stock'])
  heard(100n)
  at(5)
  await look()
  expect(await lags()).toEqual([5])
})

test('given many events at once, when a read model lacks them, then it is behind since the first of them', async () => {
  const { at, heard, stored, look, lags } = given(['stock'])
  for (const position of [100n, 200n, 300n]) heard(position)
  stored(['stock', 99n])
  at(5)
  await look()
  expect(await lags()).toEqual([5])
})
