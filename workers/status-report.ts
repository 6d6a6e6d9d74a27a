import type { Logger } from '#platform/logging.ts'
import type { ProjectorHost } from './projector-host.ts'
import type { Worker } from './worker.ts'

const reportMilliseconds = 10_000

/** Says which read models wait for a person, whenever that changes: parked streams, and projections that stopped. */
export const createStatusReport = (
  projector: Pick<ProjectorHost, 'status'>,
  logger: Pick<Logger, 'debug' | 'info' | 'error'>,
): Worker => {
  let said = ''
  return {
    name: 'status report',
    idleMilliseconds: reportMilliseconds,
    step: async () => {
      const status = projector.status()
      logger.debug(status, 'how far the read models are')
      const troubled = status.projections
        .filter(({ parkedStreams, stopped }) => parkedStreams > 0 || stopped !== undefined)
        .map(({ projection, parkedStreams, stopped }) => ({ projection, parkedStreams, stopped }))
      const now = JSON.stringify(troubled)
      if (now !== said && troubled.length > 0) logger.error({ projections: troubled }, 'read models need attention')
      if (now !== said && troubled.length === 0 && said !== '') logger.info('all read models are whole')
      said = troubled.length === 0 ? '' : now
      return 'idle'
    },
    close: async () => undefined,
  }
}
