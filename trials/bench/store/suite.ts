import type { GroupReport } from '../report.ts'
import { type Group, runGroup, type Settings } from '../run.ts'
import { type AppendLoad, appendContenders } from './appends.ts'
import { diskSyncs } from './disk.ts'
import { readContenders } from './reads.ts'

// The event store node against what bounds it: the disk's syncs, and a server that does nothing at all.

const events = 200_000
const eventsQuick = 50_000

const appendGroup = (title: string, load: AppendLoad): Group => {
  return { title, unit: 'events', contenders: appendContenders(load) }
}

const groupsOf = ({ seconds, quick }: Settings): readonly Group[] => [
  { title: 'The disk', unit: 'syncs', contenders: [diskSyncs(seconds)] },
  appendGroup('Single appends, 256 in flight, BatchAppend', { clients: 256, eventsAtOnce: 1, classic: false, seconds }),
  appendGroup('Single appends, 256 in flight, classic Append', {
    clients: 256,
    eventsAtOnce: 1,
    classic: true,
    seconds,
  }),
  appendGroup('Appends of 50 events, 32 in flight, BatchAppend', {
    clients: 32,
    eventsAtOnce: 50,
    classic: false,
    seconds,
  }),
  { title: 'Reading the log from its start', unit: 'events', contenders: readContenders(quick ? eventsQuick : events) },
]

export const storeSuite = async (settings: Settings): Promise<readonly GroupReport[]> => {
  const reports: GroupReport[] = []
  for (const group of groupsOf(settings)) reports.push(await runGroup(group))
  return reports
}
