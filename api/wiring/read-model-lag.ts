import { Gauge, type Registry } from 'prom-client'
import type { Logger } from '#platform/logging.ts'

// How long the read models lack something that the log has. Goal: who only reads is told nothing wrong when no worker keeps
// up, only something old, so somebody else has to notice. Method: what this process hears of the log live, ticks at least,
// every read model takes or passes over and stores; the oldest that one has not stored says since when it is behind. So an
// idle log shows no lag, and a read model that is stopped or far behind shows it however fast the log grows.

/** Shoppers see older stock than this: somebody should look. */
export const lagSecondsMax = 30
const lookMilliseconds = 2_000
/** Of what is heard in quick succession the first is kept. */
const markMilliseconds = 1_000
/** The oldest are what counts, so past it new ones are not kept. */
const marksMax = 1_000

export type ReadModelLag = {
  /** Something that came live, by its position in the log. */
  readonly heard: (position: bigint) => void
  /** Looks at the checkpoints again and again, until the signal. */
  readonly watch: (signal: AbortSignal) => Promise<void>
}

export type ReadModelLagPorts = {
  readonly projections: readonly string[]
  /** The stored position of every projection; one that has stored nothing yet is missing. */
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
    help: 'For how long a read model has lacked something that the log has.',
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
        'read models lag: is a worker running, does it keep up?',
      )
    if (late.length === 0 && isTold) logger.info('all read models have caught up')
    isTold = late.length > 0
  }

  const look = async (): Promise<void> => {
    // While the database does not answer, nothing is stored in it either.
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
