import type { ContenderGroup, Suite, SuiteSettings } from '../measuring/contender.ts'
import { measureGroup } from '../measuring/measure-group.ts'
import type { GroupResult } from '../reporting/results.ts'
import { type AppendLoad, appendContenders } from './appends.ts'
import { diskSyncs } from './disk.ts'
import { readContenders } from './reads.ts'

// The event store node, compared with its two upper bounds: the syncs per second of the disk, and a server that stores
// nothing.

const eventsRead = 200_000
const eventsReadQuick = 50_000

const appendGroup = (title: string, about: readonly string[], load: AppendLoad): ContenderGroup => ({
  title,
  about,
  unit: 'events',
  contenders: appendContenders(load),
})

const aboutDisk = [
  'One program appends a block of 4 KiB to a file and calls fdatasync, again and again, and does nothing else.',
]
const aboutAppends = [
  'The node, which syncs each append before it answers, beside a gRPC server that answers the same appends and stores nothing.',
  'Each client appends to a stream of its own, one append after the other; latency is that of one append.',
]
const aboutRpc = 'Here each append is a gRPC call of its own; in the table above all appends share one long call.'
const aboutReads = ['One client reads the whole log, as a projection does when it is rebuilt.']

const groupsOf = ({ seconds, quick }: SuiteSettings): readonly ContenderGroup[] => {
  const singleAppends = { clients: 256, eventsPerAppend: 1, seconds }
  const batchedAppends = { clients: 32, eventsPerAppend: 50, seconds }
  const events = quick ? eventsReadQuick : eventsRead
  return [
    { title: 'Syncs of the disk', about: aboutDisk, unit: 'syncs', contenders: [diskSyncs(seconds)] },
    appendGroup('Appends of 1 event, 256 clients, BatchAppend', aboutAppends, { ...singleAppends, rpc: 'BatchAppend' }),
    appendGroup('Appends of 1 event, 256 clients, Append', [...aboutAppends, aboutRpc], {
      ...singleAppends,
      rpc: 'Append',
    }),
    appendGroup('Appends of 50 events, 32 clients, BatchAppend', aboutAppends, {
      ...batchedAppends,
      rpc: 'BatchAppend',
    }),
    {
      title: `Reading a log of ${events.toLocaleString('en-US')} events from its start`,
      about: aboutReads,
      unit: 'events',
      contenders: readContenders(events),
    },
  ]
}

export const storeSuite: Suite = async (settings) => {
  const results: GroupResult[] = []
  for (const group of groupsOf(settings)) results.push(await measureGroup(group))
  return results
}
