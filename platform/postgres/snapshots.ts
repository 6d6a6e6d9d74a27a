import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Kysely } from 'kysely'
import type { Snapshots } from '#commands/ports.ts'
import { errorText } from '#domain/error-text.ts'
import { within } from '../timers.ts'
import type { Database } from './database.ts'

// Stored folded states. They are always compressed: that makes them small, and the checksum of the compression detects damage,
// so a snapshot is either read as it was stored or not at all.

export type SnapshotStore = Snapshots & {
  /** If two are stored for a stream, the later one is kept. */
  readonly save: (snapshot: {
    readonly stream: string
    readonly revision: number
    readonly position: bigint
    readonly stateVersion: number
    readonly state: unknown
  }) => Promise<void>
}

/** A hint is not waited for longer: reading the stream always works. */
const loadMillisecondsMax = 500
/** The largest unpacked snapshot: far more than the largest state, far less than the memory of a process. */
const stateBytesMax = 256 * 1024 * 1024

const pack = promisify(gzip)
const unpack = promisify(gunzip)

export const createSnapshots = (db: Kysely<Database>, warn: (line: string) => void): SnapshotStore => {
  const read = async (stream: string, stateVersion: number) => {
    const row = await db
      .selectFrom('snapshots')
      .select(['revision', 'position', 'bytes'])
      .where('stream', '=', stream)
      .where('state_version', '=', stateVersion)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const json = await unpack(row.bytes, { maxOutputLength: stateBytesMax })
    const state: unknown = JSON.parse(json.toString('utf8'))
    return { revision: row.revision, position: BigInt(row.position), state }
  }

  return {
    load: async (stream, stateVersion) => {
      try {
        return await within(loadMillisecondsMax, 'the database', read(stream, stateVersion))
      } catch (error) {
        warn(`no snapshot of ${stream} (${errorText(error)}): it is read whole`)
        return undefined
      }
    },
    save: async ({ stream, revision, position, stateVersion, state }) => {
      const bytes = await pack(JSON.stringify(state))
      // A position is a byte offset into the log: it stays exact as a number for nine petabytes.
      const values = { stream, revision, position: Number(position), state_version: stateVersion, bytes }
      await db
        .insertInto('snapshots')
        .values(values)
        .onConflict((conflict) =>
          conflict
            .column('stream')
            .doUpdateSet(values)
            .where(({ eb, or }) =>
              or([eb('snapshots.revision', '<', revision), eb('snapshots.state_version', '!=', stateVersion)]),
            ),
        )
        .execute()
    },
  }
}
