// How the demonstration talks: what was asked, what was answered, which events that left in the log, and what the read
// models show of it. Every claim is checked, so a story that ends well is true.
import assert from 'node:assert/strict'
import { styleText } from 'node:util'
import type { RecordedEvent } from '#domain/events.ts'
import type { Answer } from '#trials/shop/caller.ts'
import type { LogReader } from '#trials/shop/read-log.ts'

export type Story = {
  readonly chapter: (title: string) => void
  readonly step: (title: string) => void
  /** Tells a request and its answer; throws where the status is another. `shown` are the fields of the answer to print. */
  readonly asked: (
    request: string,
    answer: Promise<Answer>,
    status: number,
    shown: readonly string[],
  ) => Promise<Answer>
  /**
   * Tells the events that came since the last look, about the reservations and orders named, or all; throws where their types
   * are others than `types`. The position of the log that was looked at, for reads that have to know of it.
   */
  readonly appended: (types: readonly string[], about?: readonly string[]) => Promise<string>
  /** Tells what a reader shows; throws where it is not so. */
  readonly shows: <Shown>(what: string, shown: Shown, expected: Shown) => void
}

/** The fields that matter to a reader, in the order in which they are shown. */
const fieldsShown = [
  'name',
  'unitPrice',
  'quantity',
  'onHandAfter',
  'heldAfter',
  'committedAfter',
  'expiresAt',
  'country',
  'attempt',
  'paymentMethod',
  'amount',
  'currency',
  'declineCode',
  'reason',
]

const instantFields: ReadonlySet<string> = new Set(['expiresAt'])

const shown = (name: string, value: unknown): string => {
  if (instantFields.has(name) && typeof value === 'number') return new Date(value).toISOString().slice(11, 19)
  return String(value)
}

const fieldsOf = (event: RecordedEvent): string => {
  const fields = new Map<string, unknown>(Object.entries(event.data))
  const own = fieldsShown.flatMap((name) => (fields.has(name) ? [[name, shown(name, fields.get(name))] as const] : []))
  const refused =
    event.type === 'ReservationsRefused'
      ? event.data.refusals.map(
          ({ quantity, available }) => ['refused', `${quantity} (${available} available)`] as const,
        )
      : []
  return [...refused, ...own].map(([name, text]) => `${styleText('dim', name)} ${text}`).join('  ')
}

/** `order-4c1e…` is enough to tell streams apart on a terminal. */
const shortened = (stream: string): string => stream.replace(/^(\w+-[0-9a-f]{8})-[0-9a-f-]+$/, '$1…')

/** One sweep ends holds of many reservations under an id of its own: the hold itself names its reservation then. */
const isAbout = ({ metadata, data }: RecordedEvent, id: string): boolean =>
  metadata.$correlationId === id || ('reservationId' in data && data.reservationId === id)

const answerTold = ({ status, body }: Answer, shown: readonly string[]): string => {
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : []
  const chosen = fields.filter(([name]) => shown.includes(name))
  return `${status} ${JSON.stringify(Object.fromEntries(chosen))}`
}

export const createStory = (log: LogReader, say: (line: string) => void): Story => {
  let steps = 0
  let seen = -1n
  return {
    chapter: (title) => say(`\n${styleText('bold', title)}`),
    step: (title) => {
      steps += 1
      say(`\n${styleText('cyan', `${String(steps).padStart(2)}  ${title}`)}`)
    },
    asked: async (request, answering, status, shown) => {
      const answer = await answering
      say(`    ${styleText('dim', 'asked   ')} ${request}`)
      say(`    ${styleText('dim', 'answered')} ${answerTold(answer, shown)}`)
      assert.equal(answer.status, status, `${request} answered ${JSON.stringify(answer.body)}`)
      return answer
    },
    appended: async (types, about) => {
      const news = (await log.events()).filter(({ position }) => position > seen)
      seen = news.at(-1)?.position ?? seen
      const events = news.filter((event) => about === undefined || about.some((id) => isAbout(event, id)))
      for (const event of events)
        say(
          `    ${styleText('dim', 'appended')} ${shortened(event.stream)}  ${styleText('green', event.type)}  ${fieldsOf(event)}`,
        )
      if (events.length === 0) say(`    ${styleText('dim', 'appended')} nothing`)
      assert.deepEqual(
        events.map(({ type }) => type),
        types,
      )
      return seen.toString()
    },
    shows: (what, shown, expected) => {
      say(`    ${styleText('dim', 'shown   ')} ${what}: ${typeof shown === 'string' ? shown : JSON.stringify(shown)}`)
      assert.deepEqual(shown, expected, what)
    },
  }
}
