import { Gauge, type Registry } from 'prom-client'
import type { Logger } from '#platform/logging.ts'

// Measures for how long the read models have been behind the log. Goal: queries get old answers, but no errors, when no worker
// keeps up, so the lag has to be noticed elsewhere. Method: this process receives the events of the log live, at least the clock
// ticks, and every read model stores its position after each of them. The oldest received event whose position a read model has
// not stored says since when it is behind. So an idle log shows no lag, and a read model that is stopped or far behind shows it,
// however fast the log grows.

/** With a longer lag shoppers see old stock, and an error is logged. */
const lagSecondsMax = 30
const lookMilliseconds = 2_000
/** Of the events within this time only the first is kept. */
const markMilliseconds = 1_000
/** Only the oldest events matter, so beyond this bound new ones are not kept. */
const marksMax = 1_000

export type ReadModelLag = {
  /** Called with the position of each live event. */
  readonly heard: (position: bigint) => void
  /** Checks the stored positions at an interval, until the signal. */
  readonly watch: (signal: AbortSignal) => Promise<void>
}

export type ReadModelLagPorts = {
  readonly projections: readonly string[]
  /** The stored position of every projection. A projection that has stored nothing yet is missing. */
  readonly positions: () => Promise<ReadonlyMap<string, bigint>>
  readonly registry: Registry
  readonly logger: Pick<Logger, 'info' | 'error'>
  /** A monotonic clock in milliseconds. */
  readonly monotonic: () => number
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

export const createReadModelLag = (ports: ReadModelLagPorts): ReadModelLag => {
  const { projections, positions, registry, logger, monotonic, pause } = ports
  const gauge = new Gauge({
    name: 'holdfast_read_model_lag_seconds',
    help: 'Seconds for which a read model has been behind the log.',
    labelNames: ['projection'] as const,
    registers: [registry],
  })
  let marks: ReadonlyArray<{ readonly position: bigint; readonly heardAt: number }> = []
  let known: ReadonlyMap<string, bigint> = new Map()
  let isTold = false

  const secondsBehind = (projection: string): number => {
    const reached = known.get(projection) ?? -1n
    const missing = marks.find(({ position }) => position > reached)
    return missing === undefined ? 0 : (monotonic() - missing.heardAt) / 1_000
  }

  const tell = (lags: ReadonlyMap<string, number>): void => {
    const late = [...lags].filter(([, seconds]) => seconds > lagSecondsMax)
    if (late.length > 0 && !isTold)
      logger.error(
        { secondsBehind: Object.fromEntries(late) },
        'read models lag: check that a worker runs and keeps up',
      )
    if (late.length === 0 && isTold) logger.info('all read models have caught up')
    isTold = late.length > 0
  }

  const look = async (): Promise<void> => {
    // While the database does not answer, nothing is stored either, so the last positions are still right.
    known = await positions().catch(() => known)
    const least = projections.reduce<bigint | undefined>((lowest, projection) => {
      const reached = known.get(projection) ?? -1n
      return lowest === undefined || reached < lowest ? reached : lowest
    }, undefined)
    marks = marks.filter(({ position }) => position > (least ?? -1n))
    const lags = new Map(projections.map((projection) => [projection, secondsBehind(projection)]))
    for (const [projection, seconds] of lags) gauge.set({ projection }, seconds)
    tell(lags)
  }

  return {
    heard: (position) => {
      const heardAt = monotonic()
      const last = marks.at(-1)
      const isSoon = last !== undefined && heardAt - last.heardAt < markMilliseconds
      if (!isSoon && marks.length < marksMax) marks = [...marks, { position, heardAt }]
    },
    watch: async (signal) => {
      while (!signal.aborted) {
        await look()
        await pause(lookMilliseconds, signal)
      }
    },
  }
}
