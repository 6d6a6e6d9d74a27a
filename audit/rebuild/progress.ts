const sayMilliseconds = 1_000

export type Progress = {
  readonly fed: (entries: number, position: bigint, target: bigint) => void
  /** Says what it came to. */
  readonly built: () => void
}

type ProgressOptions = {
  readonly name: string
  /** Where the building begins in the log. */
  readonly from: bigint
  readonly monotonic: () => number
  readonly say: (line: string) => void
}

const whole = (value: number): string => Math.round(value).toLocaleString('en')

/** Says once a second how many events were read, how fast, and what is left; positions tell that, as a share of the log. */
export const createProgress = ({ name, from, monotonic, say }: ProgressOptions): Progress => {
  const startedAt = monotonic()
  let saidAt = startedAt
  let events = 0
  const rate = (): number => (events * 1_000) / Math.max(1, monotonic() - startedAt)
  return {
    fed: (entries, position, target) => {
      events += entries
      const now = monotonic()
      if (now - saidAt < sayMilliseconds) return
      saidAt = now
      const done = Number(position - from) / Math.max(1, Number(target - from))
      const secondsLeft = done > 0 ? ((now - startedAt) / 1_000) * (1 / done - 1) : undefined
      const left = secondsLeft === undefined ? '' : `, ${whole(secondsLeft)} s left`
      say(`${name}: ${whole(events)} events, ${whole(done * 100)} %, ${whole(rate())}/s${left}`)
    },
    built: () =>
      say(`${name}: built from ${whole(events)} events in ${((monotonic() - startedAt) / 1_000).toFixed(1)} s`),
  }
}
