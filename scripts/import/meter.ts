import { Presets, SingleBar } from 'cli-progress'
import { systemClock } from '#platform/clock.ts'

/** Shows how far a phase is: a bar with rate and time left on a terminal, plain lines elsewhere. */
type Meter = {
  readonly update: (done: number) => void
  readonly end: (done: number) => void
}

const plainLineMilliseconds = 2_000

const whole = (value: number): string => Math.round(value).toLocaleString('en')

/** `from`: how much of `total` an earlier run has done. */
export type CreateMeter = (label: string, unit: string, total: number, from?: number) => Meter

export const createMeter: CreateMeter = (label, unit, total, from = 0) => {
  const startedAt = systemClock.monotonic()
  const rateAt = (done: number): number => ((done - from) * 1_000) / Math.max(1, systemClock.monotonic() - startedAt)
  return process.stdout.isTTY
    ? barMeter({ label, unit, total, from, rateAt })
    : lineMeter({ label, unit, total, from, rateAt })
}

type Options = {
  readonly label: string
  readonly unit: string
  readonly total: number
  readonly from: number
  readonly rateAt: (done: number) => number
}

const barMeter = ({ label, unit, total, from, rateAt }: Options): Meter => {
  const format = `${label} {bar} {percentage}% | {value} of {total} ${unit} | {rate}/s | {eta_formatted} left`
  const bar = new SingleBar({ format, hideCursor: true, clearOnComplete: false }, Presets.shades_classic)
  bar.start(total, from, { rate: '0' })
  const update = (done: number): void => bar.update(done, { rate: whole(rateAt(done)) })
  return {
    update,
    end: (done) => {
      update(done)
      bar.stop()
    },
  }
}

const lineMeter = ({ label, unit, total, rateAt }: Options): Meter => {
  let printedAt = systemClock.monotonic()
  const print = (done: number): void => {
    const rate = rateAt(done)
    const left = rate > 0 ? `, ${whole((total - done) / rate)} s left` : ''
    console.log(`${label}: ${whole(done)} of ${whole(total)} ${unit}, ${whole(rate)}/s${left}`)
  }
  return {
    update: (done) => {
      if (systemClock.monotonic() - printedAt < plainLineMilliseconds) return
      printedAt = systemClock.monotonic()
      print(done)
    },
    end: print,
  }
}
