/** Microseconds since 1970: the wall clock at start plus the monotonic clock, and never below the last one stored. */
export type Clock = () => number

export const createClock = (lastStoredMicros: number): Clock => {
  const startedAtMillis = Date.now() - performance.now()
  let last = lastStoredMicros
  return () => {
    last = Math.max(last, Math.floor((startedAtMillis + performance.now()) * 1000))
    return last
  }
}

/** As the protocol counts time: ticks of 100 ns, which exceed what a number holds. */
export const ticksOf = (micros: number): string => {
  return `${micros}0`
}

export const microsOf = (ticks: string): number => {
  return Number(ticks.slice(0, -1))
}
