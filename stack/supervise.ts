import { setTimeout as sleep } from 'node:timers/promises'
import { errorText } from '#domain/error-text.ts'

/** Something that runs until it is stopped or dies. */
export type Running = {
  /** Its process id, if it has one. */
  readonly pid?: number | undefined
  readonly exited: Promise<void>
  readonly stop: () => Promise<void>
}

export type Supervised<Part extends Running> = {
  readonly name: string
  /** The one that runs now, or ran last. */
  readonly current: () => Part
  /** Resolves with the next one that runs after the current one died. */
  readonly next: () => Promise<Part>
  readonly stop: () => Promise<void>
}

const restartMilliseconds = 200
const restartMillisecondsMax = 5_000

/**
 * Keeps a part of the stack running: one that dies is started again, in the same place, with a growing wait. The first
 * start may fail, and then its error is the caller's.
 */
export const supervise = async <Part extends Running>(
  name: string,
  start: () => Promise<Part>,
  say: (line: string) => void,
): Promise<Supervised<Part>> => {
  let current = await start()
  let isStopping = false
  let waiting = Promise.withResolvers<Part>()

  const restart = async (): Promise<Part | undefined> => {
    for (let wait = restartMilliseconds; !isStopping; wait = Math.min(wait * 2, restartMillisecondsMax)) {
      await sleep(wait)
      if (isStopping) return undefined
      try {
        return await start()
      } catch (error) {
        say(`${name} does not start again: ${errorText(error)}`)
      }
    }
    return undefined
  }
  const watch = async (): Promise<void> => {
    while (!isStopping) {
      await current.exited
      if (isStopping) return
      say(`${name} ended by itself: starting it again`)
      const started = await restart()
      if (started === undefined) return
      current = started
      waiting.resolve(started)
      waiting = Promise.withResolvers<Part>()
      say(`${name} is back`)
    }
  }
  const watching = watch()
  return {
    name,
    current: () => current,
    next: () => waiting.promise,
    stop: async () => {
      isStopping = true
      await current.stop()
      await watching
    },
  }
}
