/**
 * What a decider answers to a command. Bugs are assertions, conflicts are retried, refusals are values. A refusal can come
 * with events to append (a refused reservation is recorded). Every refusal is an object whose `code` says which one it is.
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
