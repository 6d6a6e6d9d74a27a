import type { EventLog, Timers } from '../ports.ts'

/**
 * A log whose events become readable only `milliseconds` after they were accepted, as on a real server: rivals are refused at
 * once, and the writer is answered when its events are readable.
 */
export const withVisibilityGap = (log: EventLog, milliseconds: number, timers: Timers): EventLog => {
  /** The first revision of each append that is not readable yet, by stream. */
  const hidden = new Map<string, readonly number[]>()

  return {
    append: async (stream, expected, events) => {
      const result = await log.append(stream, expected, events)
      if (result.outcome === 'conflict') return result
      const first = expected + 1
      hidden.set(stream, [...(hidden.get(stream) ?? []), first])
      await new Promise<void>((resolve) => {
        timers.after(milliseconds, resolve)
      })
      hidden.set(
        stream,
        (hidden.get(stream) ?? []).filter((revision) => revision !== first),
      )
      return result
    },
    read: async function* (stream, fromRevision) {
      for await (const page of log.read(stream, fromRevision)) {
        const end = Math.min(...(hidden.get(stream) ?? []))
        const readable = page.filter(({ revision }) => revision < end)
        if (readable.length > 0) yield readable
      }
    },
  }
}
