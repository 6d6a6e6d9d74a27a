import { keepInvoices, type OpenTransfers } from './bookkeeper.ts'
import { createAsk } from './client.ts'
import { type Draw, drawOf } from './draw.ts'
import { type Fleet, startFleet } from './fleet.ts'
import type { Host } from './host.ts'
import { allBooks } from './invoices.ts'
import type { StoredEvent } from './log.ts'
import { fillShelves, poisonStreams, pourPoison } from './opening-stock.ts'
import { createAnswers } from './oracle/answers.ts'
import { type Books, createBooks } from './oracle/books.ts'
import { keptOf, unfinished, wrongAtEnd } from './oracle/ending.ts'
import { areCaughtUp, wrongReadModels } from './oracle/read-models.ts'
import type { Intent } from './provider.ts'
import { createSchedule } from './schedule.ts'
import { asBuilt, type Seams } from './seams.ts'
import { keepStock, resumeOrders, shop } from './shopper.ts'
import { projections } from './workers.ts'
import { createWorld, type SimulatedWorld } from './world.ts'

// Runs one seed in two phases. In the first, anything may fail and nothing wrong may happen. Then all faults end, and within
// a bounded time everything must be finished.

export type SeedRun = {
  readonly seed: number
  readonly draw: Draw
  /** The invariant that was broken, or what did not finish; undefined if the run passed. */
  readonly problem: string | undefined
  readonly hash: string
  readonly lastSteps: readonly string[]
  readonly steps: number
  readonly virtualSeconds: number
  /** How often each type of event was stored. */
  readonly eventCounts: Readonly<Record<string, number>>
}

export type SeedRunOptions = {
  readonly seed: number
  readonly seams?: Seams
  readonly print?: (line: string) => void
}

/** Everything must be finished within this time after the faults have ended. */
const healMilliseconds = 1_200_000
/** How often the run checks whether everything is finished. */
const checkMilliseconds = 5_000

/** Log lines of production code that are expected under faults. Any other line is a finding. */
const expectedLines = [
  /simulated: /,
  /no answer \(no answer\): the same bytes are sent again/,
  /log time is not known/,
  /the log could not be asked in time/,
  /the log has not answered yet/,
  /the log refuses this \(access_denied\)/,
  /other projector hosts were faster/,
]

/** The part after the category: log lines name products and orders without it. */
const idInStream = (stream: string): string => stream.replace(/^[^-]+-/, '')

const isExpected = (line: string): boolean =>
  expectedLines.some((expected) => expected.test(line)) ||
  poisonStreams.some((stream) => line.includes(idInStream(stream)))

/** The first problem that was found. */
type FirstProblem = { text: string | undefined }

/** Creates the servers, which outlive the processes, and starts the processes. */
const begin = (options: SeedRunOptions, problem: FirstProblem) => {
  const { seed, seams = asBuilt, print } = options
  const draw = drawOf(seed)
  const schedule = createSchedule(print)
  const fail = (text: string): void => {
    problem.text ??= text
  }
  const books = createBooks(fail, poisonStreams)
  const eventCounts: Record<string, number> = {}
  let fleet: Fleet | undefined
  const committed = (stored: readonly StoredEvent[]): void => {
    for (const { storedType } of stored) eventCounts[storedType] = (eventCounts[storedType] ?? 0) + 1
    books.take(stored)
  }
  const charged = (intent: Intent): void => {
    if (keptOf(world.provider, intent) > 0) fail(`order ${intent.orderId} is charged again, by ${intent.id}`)
  }
  const warn = (host: Host, line: string): void => {
    schedule.note(`${host.name} logs: ${line}`)
    if (!isExpected(line)) fail(`${host.name} logs an unexpected line: ${line}`)
  }
  const world = createWorld({
    seed,
    draw,
    schedule,
    seams,
    committed,
    charged,
    warn,
    fail,
    tell: (notice, mustArrive) => fleet?.deliver(notice, mustArrive),
  })
  fillShelves(world)
  if (draw.faults.poison) pourPoison(world)
  fleet = startFleet(world, books.idKnown)
  return { draw, world, books, fleet, eventCounts }
}

/** What is not finished yet; empty when everything is. */
const waiting = (world: SimulatedWorld, books: Books, fleet: Fleet, clients: number): readonly string[] => [
  ...(clients > 0 ? [`${clients} clients have no answer yet`] : []),
  ...(fleet.undelivered() > 0 ? [`${fleet.undelivered()} webhooks are not acknowledged`] : []),
  ...unfinished(books, allBooks(world.provider, world.invoices.all())),
  ...(areCaughtUp(world.store, world.log, projections) ? [] : ['the read models are behind']),
]

/** Orders that need attention for one of these reasons. */
const needing =
  (books: Books) =>
  (reasons: readonly string[]): readonly string[] =>
    [...books.orders.values()].flatMap(({ orderId, attention }) =>
      reasons.some((reason) => attention.has(reason)) ? [orderId] : [],
    )

/** The overdue invoices and open refunds in the list of orders that need attention. */
const openTransfers = (books: Books) => (): OpenTransfers => ({
  overdue: [...books.orders.values()].filter(({ attention }) => attention.has('payment_overdue')),
  refunds: [...books.orders.values()].flatMap(({ orderId, attention, refundsRequested, refundsAnswered }) =>
    [...refundsRequested].flatMap(([refundId, amount]) =>
      attention.get('refund_by_hand')?.has(refundId) && !refundsAnswered.has(refundId)
        ? [{ orderId, refundId, amount }]
        : [],
    ),
  ),
})

/** Runs a seed. The same seed gives the same run as long as the code is the same. */
export const runSeed = async (options: SeedRunOptions): Promise<SeedRun> => {
  const problem: FirstProblem = { text: undefined }
  const { draw, world, books, fleet, eventCounts } = begin(options, problem)
  const { schedule } = world
  const ask = createAsk({ world, apis: fleet.apis, answers: createAnswers(books, world.fail) })
  let busy = 0
  const track = (client: Promise<void>): void => {
    busy += 1
    void client.catch((error: unknown) => world.fail(String(error))).then(() => (busy -= 1))
  }
  for (let index = 0; index < draw.shoppers; index += 1) track(shop(world, ask, `shopper ${index}`))
  track(keepStock(world, ask))

  schedule.after(draw.chaosSeconds * 1_000, 'faults end', world.heal)
  const back = (draw.chaosSeconds + draw.providerAwaySeconds) * 1_000
  if (draw.providerAwaySeconds > 0)
    schedule.after(draw.chaosSeconds * 300, 'provider outage begins', () => {
      world.outage.until = back
    })
  schedule.after(back + checkMilliseconds, 'staff resume orders that need attention', () =>
    track(resumeOrders(world, ask, needing(books))),
  )
  track(keepInvoices(world, ask, openTransfers(books)))
  schedule.after(back + checkMilliseconds, 'staff go through the invoices', () =>
    track(keepInvoices(world, ask, openTransfers(books))),
  )
  let isFinished = false
  const check = (): void => {
    isFinished = schedule.now() > back + checkMilliseconds && waiting(world, books, fleet, busy).length === 0
    schedule.after(checkMilliseconds, 'check whether all is finished', check)
  }
  check()
  const until = back + healMilliseconds
  await schedule.run(() => problem.text !== undefined || isFinished || schedule.now() > until)

  if (!isFinished) world.fail(`not finished: ${waiting(world, books, fleet, busy).slice(0, 5).join('; ')}`)
  for (const text of wrongAtEnd(books, allBooks(world.provider, world.invoices.all()))) world.fail(text)
  if (problem.text === undefined)
    for (const text of await wrongReadModels({ ...world, books }, projections, poisonStreams)) world.fail(text)
  const { hash, lastSteps, steps } = schedule.trace()
  return {
    seed: options.seed,
    draw,
    problem: problem.text,
    hash,
    lastSteps,
    steps,
    virtualSeconds: schedule.now() / 1_000,
    eventCounts,
  }
}
