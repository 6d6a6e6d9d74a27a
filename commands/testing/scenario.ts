import { expect } from 'vitest'

// The dialect of use-case and HTTP tests: given what has happened, when this is asked, then all of this holds. A step changes
// the world, an action asks and answers, an expectation looks at both.

export type Step<World> = (world: World) => unknown
export type Action<World, Answer> = (world: World) => Promise<Answer>
export type Expectation<World, Answer> = (world: World, answer: Answer) => unknown

export type Given<World> = (...steps: ReadonlyArray<Step<World>>) => {
  readonly when: <Answer>(action: Action<World, Answer>) => {
    /** Runs the steps in order, then the action, then each expectation. Rejects at the first that fails. */
    readonly then: (...expectations: ReadonlyArray<Expectation<World, Answer>>) => Promise<void>
  }
}

/** Then this is asked too, and all of this holds. */
export const afterwards =
  <World, Answer>(
    action: Action<World, Answer>,
    ...expectations: ReadonlyArray<Expectation<World, Answer>>
  ): Step<World> =>
  async (world) => {
    const answer = await action(world)
    for (const expectation of expectations) await expectation(world, answer)
  }

/** Then this is asked too, and its answer is the same. */
export const sameAnswerTo =
  <World, Answer>(action: Action<World, Answer>): Expectation<World, Answer> =>
  async (world, answer) =>
    expect(await action(world)).toEqual(answer)

/** The dialect over a world that each test opens for itself. */
export const givenIn =
  <World>(open: () => Promise<World> | World): Given<World> =>
  (...steps) => ({
    when: (action) => ({
      // biome-ignore lint/suspicious/noThenProperty: the dialect's own word; nothing here is ever awaited
      then: async (...expectations) => {
        const world = await open()
        for (const step of steps) await step(world)
        await afterwards(action, ...expectations)(world)
      },
    }),
  })
