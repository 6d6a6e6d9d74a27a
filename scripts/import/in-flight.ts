import { asError } from '#domain/error-text.ts'
/** Work under way, bounded by its weight. The first failure is thrown to whoever starts or awaits more. */
export type InFlight = {
  /** Waits for room, then starts the work without waiting for its end. */
  readonly start: (weight: number, work: () => Promise<void>) => Promise<void>
  readonly finished: () => Promise<void>
}

export const createInFlight = (weightMax: number): InFlight => {
  let weight = 0
  let failure: Error | undefined
  let wake = Promise.withResolvers<void>()

  const until = async (isTime: () => boolean): Promise<void> => {
    while (!isTime() && failure === undefined) await wake.promise
    if (failure) throw failure
  }
  const leave = (left: number): void => {
    weight -= left
    wake.resolve()
    wake = Promise.withResolvers()
  }

  return {
    start: async (added, work) => {
      // A piece heavier than the bound goes alone.
      await until(() => weight === 0 || weight + added <= weightMax)
      weight += added
      work()
        .catch((error: unknown) => {
          failure ??= asError(error)
        })
        .finally(() => leave(added))
    },
    finished: () => until(() => weight === 0),
  }
}
