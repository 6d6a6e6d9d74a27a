import { followLog } from '#platform/eventstore/follow-log.ts'
import { createProjectionStore } from '#platform/postgres/projection-store.ts'
import { createProjector } from '#projections/projector.ts'
import { readModels } from '#projections/read-models.ts'
import type { TestWorld } from './given-world.ts'

const passedOverMilliseconds = 60_000

/** Projects the log as far as it goes, as a worker would. */
export const projectLog = async ({ client, pool }: TestWorld): Promise<void> => {
  let time = 0
  const projector = createProjector({ projections: readModels, store: createProjectionStore(pool), now: () => time })
  const after = (await projector.start()) ?? 'start'
  const { signal } = new AbortController()
  for await (const { entries, position, live } of followLog(client, { after, signal, warn: () => {} })) {
    projector.accept({ entries, position })
    while ((await projector.step()) === 'worked');
    if (live) break
  }
  // What a read model passes over is stored once some time has gone by.
  time += passedOverMilliseconds
  while ((await projector.step()) === 'worked');
}
