/**
 * What a decider says to a command. Bugs are assertions, conflicts are retried, refusals are values: a refusal may still
 * record events (a refused reservation is a fact worth keeping).
 */
export type Decision<Event, Answer, Refusal> =
  | { readonly outcome: 'accepted'; readonly events: readonly Event[]; readonly answer: Answer }
  | { readonly outcome: 'refused'; readonly events: readonly Event[]; readonly refusal: Refusal }

export const accepted = <Event, Answer>(
  events: readonly Event[],
  answer: Answer,
): { readonly outcome: 'accepted'; readonly events: readonly Event[]; readonly answer: Answer } => ({
  outcome: 'accepted',
  events,
  answer,
})

export const refused = <Refusal>(
  refusal: Refusal,
): { readonly outcome: 'refused'; readonly events: readonly []; readonly refusal: Refusal } => ({
  outcome: 'refused',
  events: [],
  refusal,
})
