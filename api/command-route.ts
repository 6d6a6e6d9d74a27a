import type { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import type { NoAnswerCode } from '#commands/stream-writer/errors.ts'
import { isRefusal, type Refusal } from './problems.ts'
import { defineRoute, type Immutable, type NoBody, type Received, type Route, type RouteFacts } from './route.ts'

// Most commands pass the parameters of the path and the fields of the body to a use case and answer what changed. This is the
// part that they share. Each resource adds what its commands share, such as `routes/stock/stock-route.ts`.

/** A use case that changes something. Its outcome is what changed, or a refusal. */
export type UseCase<Request, Outcome> = (request: Request, origin: Origin) => Promise<Outcome>

export type CommandFacts = Omit<RouteFacts, 'reads' | 'probe' | 'rawBody'>

export type Command<Params extends z.ZodObject, Body extends z.ZodType<object | undefined>, Changed> = {
  readonly params: Params
  readonly body?: Body
  /** The description of the answer 200. */
  readonly done: string
  readonly run: UseCase<Received<z.output<Params>> & Received<z.output<Body>>, Changed | Refusal>
}

/** The body of the answer 200: `present` makes it from what the use case returned. */
export type CommandAnswer<Changed, Schema extends z.ZodType> = {
  readonly schema: Schema
  readonly present: (changed: Changed) => Immutable<z.input<Schema>>
}

/** Why a command may get no answer from the log. */
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
