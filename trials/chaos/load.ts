import { randomScenario, type Scenario, type Shop } from './scenarios.ts'

/**
 * Keeps this many scenarios running at a time until `work` has ended, then waits until those in progress have ended, so that
 * each request has its answer. Rejects if a request got no final answer, or if `work` fails.
 */
export const withLoad = async (
  shop: Shop,
  shoppers: number,
  work: () => Promise<void>,
  scenario: Scenario = randomScenario,
): Promise<void> => {
  let isOver = false
  const keepShopping = async (): Promise<void> => {
    while (!isOver) await scenario(shop)
  }
  const shopping = Array.from({ length: shoppers }, keepShopping)
  const settled = Promise.allSettled(shopping)
  try {
    await Promise.race([work(), Promise.all(shopping)])
  } finally {
    isOver = true
    await settled
  }
  await Promise.all(shopping)
}
