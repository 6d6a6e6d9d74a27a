// Runs clients in this process and times their requests. Steady: each client sends its next request as soon as the last one
// is answered, for some time. Burst: each client sends one request, all at once. The clients' own work happens in this
// process too, so an in-process design is measured together with its client.

export type Load =
  | { readonly kind: 'steady'; readonly clients: number; readonly milliseconds: number }
  | { readonly kind: 'burst'; readonly clients: number }

export type LoadTimings = {
  /** Milliseconds, in the order of the answers. */
  readonly latencies: readonly number[]
  /** Until the last answer. */
  readonly milliseconds: number
}

/** `request` counts from 0 over all clients, `client` from 0. */
export type SendRequest = (request: number, client: number) => Promise<void>

export const measureLoad = async (load: Load, send: SendRequest): Promise<LoadTimings> => {
  const latencies: number[] = []
  const startedAt = performance.now()
  const endsAt = load.kind === 'steady' ? startedAt + load.milliseconds : startedAt
  let requests = 0
  const runClient = async (client: number): Promise<void> => {
    do {
      const sentAt = performance.now()
      await send(requests++, client)
      latencies.push(performance.now() - sentAt)
    } while (performance.now() < endsAt)
  }
  await Promise.all(Array.from({ length: load.clients }, (_, client) => runClient(client)))
  return { latencies, milliseconds: performance.now() - startedAt }
}

export type LoadWithLead = {
  readonly clients: number
  /** How long the clients send requests before the measured time begins; has to be longer than an answer takes. */
  readonly leadMilliseconds: number
  /** The measured time. */
  readonly milliseconds: number
}

/** The latencies are those of the answers that came in the measured time; `answers` counts all, also those before and after. */
export type MiddleTimings = LoadTimings & { readonly answers: number }

/**
 * A steady load of which only the middle is measured, for requests that take long: at the beginning and at the end not every
 * client has a request in progress, so that those times do not show what the full number of clients gets.
 */
export const measureMiddle = async (
  { clients, leadMilliseconds, milliseconds }: LoadWithLead,
  send: SendRequest,
): Promise<MiddleTimings> => {
  const latencies: number[] = []
  const beginsAt = performance.now() + leadMilliseconds
  const endsAt = beginsAt + milliseconds
  let requests = 0
  let answers = 0
  const runClient = async (client: number): Promise<void> => {
    let answeredAt = performance.now()
    while (answeredAt < endsAt) {
      const sentAt = answeredAt
      await send(requests++, client)
      answeredAt = performance.now()
      answers += 1
      if (answeredAt >= beginsAt && answeredAt < endsAt) latencies.push(answeredAt - sentAt)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, client) => runClient(client)))
  return { latencies, answers, milliseconds }
}
