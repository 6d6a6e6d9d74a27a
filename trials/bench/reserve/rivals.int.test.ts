// Goal: what ours is compared with works, at a load so small that it says nothing of speed. Each rival, with several
// connections, is stormed by more shoppers than it has units.
import { expect, test } from 'vitest'
import { createTestDatabase, createTestRedis } from '#embedded/testing/servers.ts'
import { rivalsFor } from './rivals.ts'
import { arenaOf, type Scenario } from './shop.ts'

const storm: Scenario = { title: 'storm', skus: 1, units: 7, load: { kind: 'burst', clients: 40 } }

const means = async () => {
  const redis = await createTestRedis()
  return {
    postgresUrl: await createTestDatabase(),
    redisUrl: 'unavailable' in redis ? undefined : redis.url,
    quick: false,
  }
}

const designs = [
  'Postgres row lock',
  'Postgres one statement',
  'Postgres row a unit, SKIP LOCKED',
  'Redis script and Postgres insert',
  'Emmett, retrying',
  'Emmett, a queue for each stream',
]

test.each(designs)('%s sells what there is and no more, round after round', async (design) => {
  const rival = rivalsFor(storm, await means()).find((one) => one.design === design)
  if (rival === undefined && design.startsWith('Redis')) return
  const arena = arenaOf(await (rival ?? expect.fail('no such rival')).open(4), storm)
  try {
    for (let round = 1; round <= 2; round += 1)
      expect(await arena.round()).toMatchObject({
        done: 40,
        checked: 'accepted 7, recorded 7, oversold 0',
        broken: [],
      })
  } finally {
    await arena.close()
  }
})
