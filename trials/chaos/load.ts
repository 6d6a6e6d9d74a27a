import { anyJourney, type Journey, type Shop } from './journeys.ts'

/**
 * People come and go, so many at a time, for as long as `work` takes; then every journey under way ends, each request
 * answered. Rejects where one never was, or where the work fails.
 */
export const withLoad = async (
  shop: Shop,
  width: number,
  work: () => Promise<void>,
  journey: Journey = anyJourney,
): Promise<void> => {
  let over = false
  const lane = async (): Promise<void> => {
    while (!over) await journey(shop)
  }
  const lanes = Array.from({ length: width }, lane)
  const settled = Promise.allSettled(lanes)
  try {
    await Promise.race([work(), Promise.all(lanes)])
  } finally {
    over = true
    await settled
  }
  await Promise.all(lanes)
}
