import type { Origin } from '#commands/context.ts'

// Wraps use cases and queries so that a test can see what they were called with.

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
