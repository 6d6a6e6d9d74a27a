import { followLog } from '#platform/eventstore/follow-log.ts'
import { createProjectionStore } from '#platform/postgres/projection-store.ts'
import { createProjector } from '#projections/projector.ts'
import { readModels } from '#projections/read-models.ts'
import type { TestWorld } from './given-world.ts'

/** Projects the log as far as it goes, as a worker would. */
export const projectLog = async ({ client, pool }: TestWorld): Promise<void> => {
  const projector = createProjector({ projections: readModels, store: createProjectionStore(pool), now: () => 0 })
  const after = (await projector.start()) ?? 'start'
  const { signal } = new AbortController()
  for await (const { entries, position, live } of followLog(client, { after, signal, warn: () => {} })) {
    projector.accept({ entries, position })
    while ((await projector.step()) === 'worked');
    if (live) return
  }
}
