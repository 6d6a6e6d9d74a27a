import { expect } from 'vitest'
import type { Decision } from '../decision.ts'
import type { Fold } from '../fold.ts'
import type { Instant } from '../values/instant.ts'

// Given / when / then for deciders: given these events, when this command is decided, then exactly these events follow.

type Decider<State, Command, Event, Answer, Refusal> = {
  readonly createFold: () => Fold<State, Event>
  readonly decide: (command: Command, state: State, at: Instant) => Decision<Event, Answer, Refusal>
}

type When<Event, Answer, Refusal> = {
  readonly then: (events: readonly Event[], answer?: Answer) => void
  /** `events` are those appended with the refusal; leave them out for none. */
  readonly thenRefused: (refusal: Refusal, events?: readonly Event[]) => void
}

export type Given<Command, Event, Answer, Refusal> = (events: readonly Event[]) => {
  /** `at` is the log time of the decision. */
  readonly when: (command: Command, at: Instant) => When<Event, Answer, Refusal>
}

/** Given / when / then for one decider. Its events are folded too, so that they pass the assertions of the fold. */
export const givenFor =
  <State, Command, Event, Answer, Refusal>(
    decider: Decider<State, Command, Event, Answer, Refusal>,
  ): Given<Command, Event, Answer, Refusal> =>
  (events) => ({
    when: (command, at) => {
      const fold = decider.createFold()
      for (const [revision, event] of events.entries()) fold.apply(event, revision)
      const decision = decider.decide(command, fold.state(), at)
      for (const [index, event] of decision.events.entries()) fold.apply(event, events.length + index)
      return {
        // biome-ignore lint/suspicious/noThenProperty: `then` belongs to given / when / then; nothing here is awaited
        then: (expected, answer) => {
          expect(decision).toMatchObject({ outcome: 'accepted' })
          expect(decision.events).toEqual(expected)
          if (answer !== undefined) expect(decision).toMatchObject({ answer })
        },
        thenRefused: (refusal, expected = []) =>
          expect(decision).toEqual({ outcome: 'refused', events: expected, refusal }),
      }
    },
  })
