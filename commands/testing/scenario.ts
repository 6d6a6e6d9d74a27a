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

/** The dialect over a world that each test opens for itself. */
export const givenIn =
  <World>(open: () => Promise<World> | World): Given<World> =>
  (...steps) => ({
    when: (action) => ({
      // biome-ignore lint/suspicious/noThenProperty: the dialect's own word; nothing here is ever awaited
      then: async (...expectations) => {
        const world = await open()
        for (const step of steps) await step(world)
        const answer = await action(world)
        for (const expectation of expectations) await expectation(world, answer)
      },
    }),
  })
