import type { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import type { NoAnswerCode } from '#commands/stream-writer/errors.ts'
import { isRefusal, type Refusal } from './problems.ts'
import { defineRoute, type Immutable, type NoBody, type Received, type Route, type RouteFacts } from './route.ts'

// Most routes of commands hand the path's parameters and the body's fields to a use case and answer what changed. They share
// this definition; each resource narrows it further (`routes/stock/stock-route.ts`).

/** A use case that changes something: what changed, or why it refuses. */
export type UseCase<Request, Outcome> = (request: Request, origin: Origin) => Promise<Outcome>

export type CommandFacts = Omit<RouteFacts, 'reads' | 'probe' | 'rawBody'>

export type Command<Params extends z.ZodObject, Body extends z.ZodType<object | undefined>, Changed> = {
  readonly params: Params
  readonly body?: Body
  /** What the answer 200 means. */
  readonly done: string
  readonly run: UseCase<Received<z.output<Params>> & Received<z.output<Body>>, Changed | Refusal>
}

/** The body of the answer 200. `present` makes it of what the use case returned. */
export type CommandAnswer<Changed, Schema extends z.ZodType> = {
  readonly schema: Schema
  readonly present: (changed: Changed) => Immutable<z.input<Schema>>
}

/** Every command can end without an answer of the log. */
export const noAnswerCodes = ['overloaded', 'outcome_unknown', 'unavailable'] as const satisfies readonly NoAnswerCode[]

export const defineCommandRoute = <
  Params extends z.ZodObject,
  Changed extends object,
  Schema extends z.ZodType,
  Body extends z.ZodType<object | undefined> = NoBody,
>(
  definition: CommandFacts & Command<Params, Body, Changed> & { readonly answer: CommandAnswer<Changed, Schema> },
): Route => {
  const { run, answer, done, refusals = [], ...facts } = definition
  return defineRoute({
    ...facts,
    responses: { 200: { description: done, body: answer.schema } },
    refusals: [...refusals, ...noAnswerCodes],
    handle: async ({ params, body, origin }) => {
      const changed = await run({ ...params, ...body }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: answer.present(changed) }
    },
  })
}
