// Two ways to ask. Steady: so many clients, each asking again as soon as it is answered, for a while. Burst: so many
// clients, all at once, each once. A steady load can be timed whole, or in its middle alone. All run in this process, so a
// design is charged for its client too.

export type Load =
  | { readonly kind: 'steady'; readonly clients: number; readonly milliseconds: number }
  | { readonly kind: 'burst'; readonly clients: number }

/** `latencies` in milliseconds, in the order of the answers; `milliseconds` until the last of them. */
export type Timings = { readonly latencies: readonly number[]; readonly milliseconds: number }

/** `request` counts from 0 over all clients; `client` from 0. */
export type Ask = (request: number, client: number) => Promise<void>

export const timed = async (load: Load, ask: Ask): Promise<Timings> => {
  const latencies: number[] = []
  const startedAt = performance.now()
  const endsAt = load.kind === 'steady' ? startedAt + load.milliseconds : startedAt
  let requests = 0
  const client = async (index: number): Promise<void> => {
    do {
      const askedAt = performance.now()
      await ask(requests++, index)
      latencies.push(performance.now() - askedAt)
    } while (performance.now() < endsAt)
  }
  await Promise.all(Array.from({ length: load.clients }, (_, index) => client(index)))
  return { latencies, milliseconds: performance.now() - startedAt }
}

export type Amid = {
  readonly clients: number
  /** Clients ask for so long before anything is timed: longer than an answer takes. */
  readonly leadMilliseconds: number
  readonly milliseconds: number
}

/** As `Timings`, of the answers that came within the time; `answers` counts all of them, before, within and after it. */
export type AmidTimings = Timings & { readonly answers: number }

/**
 * A steady load of which only the middle is timed, for requests that take long: at its ends not every client is under way,
 * and what they do meanwhile is not what so many clients do.
 */
export const timedAmid = async ({ clients, leadMilliseconds, milliseconds }: Amid, ask: Ask): Promise<AmidTimings> => {
  const latencies: number[] = []
  const beginsAt = performance.now() + leadMilliseconds
  const endsAt = beginsAt + milliseconds
  let requests = 0
  let answers = 0
  const client = async (index: number): Promise<void> => {
    let answeredAt = performance.now()
    while (answeredAt < endsAt) {
      const askedAt = answeredAt
      await ask(requests++, index)
      answeredAt = performance.now()
      answers += 1
      if (answeredAt >= beginsAt && answeredAt < endsAt) latencies.push(answeredAt - askedAt)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)))
  return { latencies, answers, milliseconds }
}
