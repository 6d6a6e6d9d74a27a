// Each rival works, under a load that is too small to measure speed: more shoppers than units, on several connections.
import { expect, test } from 'vitest'
import { createTestDatabase, createTestRedis } from '#embedded/testing/servers.ts'
import { runningOn, type Scenario } from './reservation-shop.ts'
import { rivals, rivalsFor } from './rivals.ts'

const connections = 4
const scenario: Scenario = { title: 'burst', skus: 1, units: 7, load: { kind: 'burst', clients: 40 } }

const startServers = async () => {
  const redis = await createTestRedis()
  return {
    postgresUrl: await createTestDatabase(),
    redisUrl: 'unavailable' in redis ? undefined : redis.url,
  }
}

test.each(rivals)('$design sells all units and no more, in each round', async (rival) => {
  const servers = await startServers()
  if (rival.needsRedis && servers.redisUrl === undefined) return
  expect(rivalsFor(scenario, { servers, quick: false })).toContain(rival)
  const running = runningOn(await rival.open(servers, connections), scenario)
  try {
    for (let round = 1; round <= 2; round += 1)
      expect(await running.runRound()).toMatchObject({
        done: 40,
        checked: 'accepted 7, recorded 7, oversold 0',
        broken: [],
      })
  } finally {
    await running.close()
  }
})
