// A process that tells stories: each seed twice, since a story that is not told the same again cannot be looked into.
import { tell } from './story.ts'
import { nothingTold, type Told, together, toldTwice } from './told.ts'

// Many errors are part of the stories, and what they say is all that is told of them.
Error.stackTraceLimit = 0

/** Seeds from `start`, so many. */
export type Task = { readonly start: number; readonly seeds: number }

const tellAll = async ({ start, seeds }: Task): Promise<Told> => {
  let all = nothingTold
  for (let seed = start; seed < start + seeds; seed += 1)
    all = together(all, toldTwice(await tell({ seed }), await tell({ seed })))
  return all
}

process.on('message', (task: Task) => {
  void tellAll(task).then((told) => process.send?.(told))
})
// Whoever started it decides when it ends, also where a terminal interrupts both.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())
