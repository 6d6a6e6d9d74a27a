import { ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import { NoAnswer } from '#commands/stream-writer/errors.ts'
import type { Answer, Api, Request } from './api.ts'
import { Simulated } from './host.ts'
import type { Answers } from './oracle/answers.ts'
import type { SimulatedWorld } from './world.ts'

// The network between clients and the API: requests and answers are lost, late or duplicated. A client without an answer
// retries with the same key, often at another process.

/** The errors that the API answers with 503. A silent provider is one only when a transfer is recorded. */
const isNoAnswer = (error: unknown, { type }: Request): boolean =>
  error instanceof NoAnswer ||
  error instanceof Simulated ||
  (type === 'transfer' && error instanceof ProviderOutcomeUnknown)

export type Ask = (request: Request, key: string) => Promise<Answer | undefined>

const patienceMilliseconds = 10_000
const triesMax = 5

export type ClientOptions = {
  readonly world: SimulatedWorld
  readonly apis: () => readonly Api[]
  readonly answers: Answers
}

/** Answers undefined if the client has given up. After the faults have ended no client gives up. */
export const createAsk = ({ world, apis, answers }: ClientOptions): Ask => {
  const { schedule, faults, logClock, fail, isHealed, random } = world
  const { clients } = random

  const serve = (request: Request, key: string, hear: (answer: Answer) => void): void => {
    const running = apis()
    const api = running[clients.below(running.length)]
    if (api === undefined) return
    api.host.after(0, `is asked ${key}`, () => {
      answers.asked(key, logClock())
      api.handle(request, key).then(
        (answer) => {
          schedule.note(`${api.host.name} answers ${key} ${'code' in answer ? answer.code : answer.outcome}`)
          answers.answered(key, request, answer, logClock())
          if (clients.chance(faults().answerLost)) return
          schedule.after(clients.between(0, faults().networkMax), `client hears ${key}`, () => hear(answer))
        },
        (error: unknown) => {
          schedule.note(`${api.host.name} has no answer to ${key}`)
          if (!isNoAnswer(error, request)) fail(`${key}: ${String(error)}`)
        },
      )
    })
  }

  return (request, key) =>
    new Promise((resolve) => {
      let over = false
      let tries = 0
      const end = (answer: Answer | undefined): void => {
        over = true
        resolve(answer)
      }
      const hear = (answer: Answer): void => {
        if (!over) end(answer)
      }
      const send = (): void => {
        const late = clients.chance(0.2) ? clients.below(1 + faults().requestLateMax) : 0
        const delay = clients.between(0, faults().networkMax) + late
        if (!clients.chance(faults().requestLost))
          schedule.after(delay, `client > ${key}`, () => serve(request, key, hear))
      }
      const attempt = (): void => {
        if (over) return
        if (tries === triesMax && !isHealed()) return end(undefined)
        tries += 1
        send()
        if (clients.chance(faults().requestTwice)) send()
        schedule.after(patienceMilliseconds, `client waited for ${key}`, attempt)
      }
      attempt()
    })
}
