// What a benchmark starts and makes (servers, folders) has to go also when it is interrupted, and in the right order: a
// folder after the server that works in it.

type Close = () => Promise<void>

/** Oldest first. */
const open = new Set<Close>()

/** The same `close`, which also runs when the benchmarks are interrupted before. It runs once. */
export const closable = (close: Close): Close => {
  const once: Close = async () => {
    if (open.delete(once)) await close()
  }
  open.add(once)
  return once
}

/** Closes whatever is still open, the youngest first. */
export const closeAll = async (): Promise<void> => {
  for (const close of [...open].reverse()) await close().catch(() => {})
}
