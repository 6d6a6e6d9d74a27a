import { createAsk } from './client.ts'
import { type Draw, drawOf } from './draw.ts'
import { type Fleet, startFleet } from './fleet.ts'
import type { Host } from './host.ts'
import type { StoredEvent } from './log.ts'
import { createAnswers } from './oracle/answers.ts'
import { type Books, createBooks } from './oracle/books.ts'
import { keptOf, unfinished, wrongAtEnd } from './oracle/ending.ts'
import { areCaughtUp, wrongReadModels } from './oracle/read-models.ts'
import type { Intent } from './provider.ts'
import { createSchedule } from './schedule.ts'
import { asBuilt, type Seams } from './seams.ts'
import { fillShelves, poisonStreams, pourPoison } from './setting.ts'
import { keepStock, resumeOrders, shop } from './shopper.ts'
import { projections } from './workers.ts'
import { createWorld, type World } from './world.ts'

// One seed, from its first entry to its end, in two phases: first anything may break and nothing wrong may happen; then
// nothing breaks any more, and within a bound everything has to be finished.

export type Story = {
  readonly seed: number
  readonly draw: Draw
  /** What must not be, or did not come to its end; undefined where all is well. */
  readonly problem: string | undefined
  readonly hash: string
  readonly last: readonly string[]
  readonly steps: number
  readonly virtualSeconds: number
  /** How often each type of event was stored. */
  readonly happened: Readonly<Record<string, number>>
}

export type StoryOptions = {
  readonly seed: number
  readonly seams?: Seams
  readonly print?: (line: string) => void
}

/** So long after everything has healed all must be finished. */
const healMilliseconds = 1_200_000
const lookMilliseconds = 5_000

/** What production code may say while its world is broken. Any other line is a finding. */
const expectedLines = [
  /simulated: /,
  /no answer \(no answer\): the same bytes are sent again/,
  /log time is not known/,
  /the log could not be asked in time/,
  /the log has not answered yet/,
  /other projector hosts were faster/,
]

const isExpected = (line: string): boolean =>
  expectedLines.some((expected) => expected.test(line)) ||
  poisonStreams.some((stream) => line.includes(stream.slice(6)))

type Told = { problem: string | undefined }

/** Everything that outlives the processes, and the first processes. */
const begin = (options: StoryOptions, told: Told) => {
  const { seed, seams = asBuilt, print } = options
  const draw = drawOf(seed)
  const schedule = createSchedule(print)
  const fail = (problem: string): void => {
    told.problem ??= problem
  }
  const books = createBooks(fail, poisonStreams)
  const happened: Record<string, number> = {}
  let fleet: Fleet | undefined
  const committed = (stored: readonly StoredEvent[]): void => {
    for (const { storedType } of stored) happened[storedType] = (happened[storedType] ?? 0) + 1
    books.take(stored)
  }
  const charged = (intent: Intent): void => {
    if (keptOf(world.provider, intent) > 0) fail(`order ${intent.orderId} is charged again, by ${intent.id}`)
  }
  const warn = (host: Host, line: string): void => {
    schedule.note(`${host.name} says: ${line}`)
    if (!isExpected(line)) fail(`${host.name} says: ${line}`)
  }
  const world = createWorld({
    ...{ seed, draw, schedule, seams, committed, charged, warn, fail },
    tell: (notice, mustArrive) => fleet?.deliver(notice, mustArrive),
  })
  fillShelves(world)
  if (draw.faults.poison) pourPoison(world)
  fleet = startFleet(world, books.idKnown)
  return { draw, world, books, fleet, happened }
}

/** What waits for what, right now; empty once all is finished. */
const waiting = (world: World, books: Books, fleet: Fleet, clients: number): readonly string[] => [
  ...(clients > 0 ? [`${clients} clients have no answer yet`] : []),
  ...(fleet.undelivered() > 0 ? [`${fleet.undelivered()} webhooks are not acknowledged`] : []),
  ...unfinished(books, world.provider),
  ...(areCaughtUp(world.store, world.log, projections) ? [] : ['the read models are behind']),
]

/** Orders that call for a person, for one of these reasons. */
const needing =
  (books: Books) =>
  (reasons: readonly string[]): readonly string[] =>
    [...books.orders.values()].flatMap(({ orderId, attention }) =>
      reasons.some((reason) => attention.has(reason)) ? [orderId] : [],
    )

/** Tells the story of a seed: the same seed, the same story, as long as the code is the same. */
export const tell = async (options: StoryOptions): Promise<Story> => {
  const told: Told = { problem: undefined }
  const { draw, world, books, fleet, happened } = begin(options, told)
  const { schedule } = world
  const ask = createAsk({ world, apis: fleet.apis, answers: createAnswers(books, world.fail) })
  let busy = 0
  const engage = (person: Promise<void>): void => {
    busy += 1
    void person.catch((error: unknown) => world.fail(String(error))).then(() => (busy -= 1))
  }
  for (let index = 0; index < draw.shoppers; index += 1) engage(shop(world, ask, `shopper ${index}`))
  engage(keepStock(world, ask))

  schedule.after(draw.chaosSeconds * 1_000, 'all heals', world.heal)
  const back = (draw.chaosSeconds + draw.providerAwaySeconds) * 1_000
  if (draw.providerAwaySeconds > 0)
    schedule.after(draw.chaosSeconds * 300, 'the provider goes away', () => {
      world.outage.until = back
    })
  schedule.after(back + lookMilliseconds, 'people look after what needs them', () =>
    engage(resumeOrders(world, ask, needing(books))),
  )
  let isFinished = false
  const look = (): void => {
    isFinished = schedule.now() > back + lookMilliseconds && waiting(world, books, fleet, busy).length === 0
    schedule.after(lookMilliseconds, 'is all finished?', look)
  }
  look()
  const until = back + healMilliseconds
  await schedule.run(() => told.problem !== undefined || isFinished || schedule.now() > until)

  if (!isFinished) world.fail(`not finished: ${waiting(world, books, fleet, busy).slice(0, 5).join('; ')}`)
  for (const problem of wrongAtEnd(books, world.provider)) world.fail(problem)
  if (told.problem === undefined)
    for (const problem of await wrongReadModels({ ...world, books }, projections, poisonStreams)) world.fail(problem)
  const { hash, last, steps } = schedule.trace()
  return {
    seed: options.seed,
    draw,
    problem: told.problem,
    hash,
    last,
    steps,
    virtualSeconds: schedule.now() / 1_000,
    happened,
  }
}
