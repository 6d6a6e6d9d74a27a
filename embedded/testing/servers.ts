import { inject } from 'vitest'
import type { RedisUnavailable } from '../redis/start.ts'

type Address = { readonly url: string }

/** The URL of a new, empty Postgres database of this test run's server; it goes when the run ends. */
export const createTestDatabase = async (): Promise<string> => {
  return (await ask<Address>('/database')).url
}

/** A Redis database of its own, empty; or why there is none on this machine. */
export const createTestRedis = async (): Promise<Address | RedisUnavailable> => {
  return ask<Address | RedisUnavailable>('/redis')
}

const ask = async <T>(path: string): Promise<T> => {
  const response = await fetch(`${inject('testServers')}${path}`)
  if (!response.ok) throw new Error(await response.text())
  const answer: T = JSON.parse(await response.text())
  return answer
}
