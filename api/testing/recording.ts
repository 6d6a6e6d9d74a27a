import type { Origin } from '#commands/context.ts'

// Use cases and queries that keep what they were given, for a test to look at.

export const recording = () => {
  const given: unknown[] = []
  const origins: Origin[] = []

  const seen =
    <Command, Answer>(useCase: (command: Command, origin: Origin) => Promise<Answer>) =>
    (command: Command, origin: Origin): Promise<Answer> => {
      given.push(command)
      origins.push(origin)
      return useCase(command, origin)
    }

  const asked =
    <Query, Answer>(query: (query: Query) => Promise<Answer>) =>
    (parameters: Query): Promise<Answer> => {
      given.push(parameters)
      return query(parameters)
    }

  return { given, origins, seen, asked }
}
