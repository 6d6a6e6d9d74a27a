import type { Logger } from '#platform/logging.ts'
import type { ProjectorHost } from './projector-host.ts'
import type { Worker } from './worker.ts'

const reportMilliseconds = 10_000

/** Logs which read models need a person (parked streams, stopped projections), whenever that changes. */
export const createStatusReport = (
  projector: Pick<ProjectorHost, 'status'>,
  logger: Pick<Logger, 'debug' | 'info' | 'error'>,
): Worker => {
  let reported = ''
  return {
    name: 'status report',
    idleMilliseconds: reportMilliseconds,
    step: async () => {
      const status = projector.status()
      logger.debug(status, 'positions of the read models')
      const troubled = status.projections
        .filter(({ parkedStreams, stopped }) => parkedStreams > 0 || stopped !== undefined)
        .map(({ projection, parkedStreams, stopped }) => ({ projection, parkedStreams, stopped }))
      const now = JSON.stringify(troubled)
      if (now !== reported && troubled.length > 0) logger.error({ projections: troubled }, 'read models need attention')
      if (now !== reported && troubled.length === 0 && reported !== '') logger.info('all read models work again')
      reported = troubled.length === 0 ? '' : now
      return 'idle'
    },
    close: async () => undefined,
  }
}
