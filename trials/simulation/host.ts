import { asError } from '#domain/error-text.ts'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import type { Schedule } from './schedule.ts'

// A simulated process. Its code only ever waits for its ports and its timers, so a process that can be killed or paused at each
// of those can be killed or paused at every `await`. A dead process receives no answers; its requests that are under way still
// arrive.

/** How one network call goes. Without any of the optional fields it goes well. */
export type Trip = {
  readonly there: number
  readonly back: number
  /** The request is lost. */
  readonly lost?: boolean
  /** The request arrives, but its answer is lost. */
  readonly unheard?: boolean
  /** The request arrives a second time, so many milliseconds later. */
  readonly again?: number | undefined
  /** The timeout of the caller in milliseconds. Without it the caller waits for ever. */
  readonly silentAfter?: number
  /** The error that the caller gets at its timeout. */
  readonly failure?: () => Error
}

export type Host = {
  readonly name: string
  readonly isAlive: () => boolean
  /** A clock that never jumps, with an arbitrary start. */
  readonly monotonic: () => number
  /** The wall clock of this machine, which may be wrong. */
  readonly wallClock: () => number
  readonly kill: () => void
  readonly pause: (milliseconds: number) => void
  /** Runs in this process unless it is dead by then; if it is paused, after the pause. */
  readonly after: (milliseconds: number, label: string, run: () => void) => void
  readonly call: <Answer>(label: string, serve: () => Answer, trip: Trip) => Promise<Answer>
}

export type HostOptions = {
  readonly name: string
  readonly schedule: Schedule
  readonly random: Random
  /** The current faults: none after they have ended. */
  readonly faults: () => Faults
  readonly epoch: number
  readonly wallSkew: number
  /** Called once, when it dies. */
  readonly died: () => void
}

/** A failure that the simulation has caused. Any other failure is a finding. */
export class Simulated extends Error {
  override readonly name = 'Simulated'
}

const lostConnection = (): Error => new Simulated('simulated: the connection was lost')

export const createHost = (options: HostOptions): Host => {
  const { name, schedule, random, faults, epoch, wallSkew, died } = options
  const started = schedule.now()
  const bootOffset = random.below(1_000_000)
  let alive = true
  let pausedUntil = 0

  const kill = (): void => {
    if (!alive) return
    alive = false
    schedule.note(`${name} dies`)
    died()
  }
  const pause = (milliseconds: number): void => {
    pausedUntil = schedule.now() + milliseconds
    schedule.note(`${name} is paused for ${milliseconds}`)
  }
  const disturb = (): void => {
    const { crash, pause: chance, pauseMax } = faults()
    if (crash > 0 && random.chance(crash)) kill()
    else if (chance > 0 && random.chance(chance)) pause(random.below(pauseMax))
  }
  const after = (milliseconds: number, label: string, run: () => void): void => {
    schedule.after(milliseconds, `${name} ${label}`, () => {
      if (!alive) return
      const late = pausedUntil - schedule.now()
      if (late > 0) after(late, label, run)
      else run()
    })
  }

  const call = <Answer>(label: string, serve: () => Answer, trip: Trip): Promise<Answer> =>
    new Promise((resolve, reject) => {
      let settled = false
      const settle = (milliseconds: number, how: string, settling: () => void): void =>
        after(milliseconds, `${how} ${label}`, () => {
          if (settled) return
          disturb()
          if (!alive) return
          settled = true
          if (pausedUntil > schedule.now()) after(pausedUntil - schedule.now(), `wakes to ${label}`, settling)
          else settling()
        })
      const { there, back, lost, unheard, again, silentAfter, failure = lostConnection } = trip
      if (silentAfter !== undefined && (lost || unheard || there + back > silentAfter))
        settle(silentAfter, 'gives up', () => reject(failure()))
      if (lost) return
      schedule.after(there, `${name} > ${label}`, () => {
        if (again !== undefined) schedule.after(again, `${name} > again ${label}`, () => void attempt(serve))
        const served = attempt(serve)
        if (unheard) return
        settle(back, '<', () => ('error' in served ? reject(served.error) : resolve(served.answer)))
      })
      disturb()
    })

  return {
    name,
    isAlive: () => alive,
    monotonic: () => bootOffset + schedule.now() - started,
    wallClock: () => epoch + schedule.now() + wallSkew,
    kill,
    pause,
    after,
    call,
  }
}

const attempt = <Answer>(serve: () => Answer): { readonly answer: Answer } | { readonly error: Error } => {
  try {
    return { answer: serve() }
  } catch (error) {
    return { error: asError(error) }
  }
}
