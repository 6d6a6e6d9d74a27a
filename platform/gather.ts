// Goal: many callers that want the same kind of thing at the same time share a round trip. Method: one that finds nothing
// under way asks at once, so a lone caller never waits; those that come meanwhile are asked for together when it is back.
// A question is only ever sent after it was put, so an answer is never older than the call that it is for.

export type GatherBounds = {
  /** Round trips under way at once. */
  readonly tripsMax: number
  /** Questions in one round trip. */
  readonly questionsMax: number
}

/** `ask` resolves with a function that answers each question. If it rejects, all questions of the group reject. */
export const gather = <Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<(question: Question) => Answer>,
  { tripsMax, questionsMax }: GatherBounds,
): ((question: Question) => Promise<Answer>) => {
  type Waiting = { readonly question: Question; readonly asked: PromiseWithResolvers<Answer> }
  const waiting: Waiting[] = []
  let trips = 0

  const travel = async (): Promise<void> => {
    const group = waiting.splice(0, questionsMax)
    trips += 1
    try {
      const answerTo = await ask(group.map(({ question }) => question))
      for (const { question, asked } of group) asked.resolve(answerTo(question))
    } catch (error) {
      for (const { asked } of group) asked.reject(error)
    }
    trips -= 1
    if (waiting.length > 0) void travel()
  }

  return (question) => {
    const asked = Promise.withResolvers<Answer>()
    waiting.push({ question, asked })
    if (trips < tripsMax) void travel()
    return asked.promise
  }
}
