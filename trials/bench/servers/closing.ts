// Servers and folders of a benchmark are removed also if it is interrupted, in the right order: a folder after the server
// that works in it.

type Close = () => Promise<void>

/** Oldest first. */
const open = new Set<Close>()

/** Wraps `close` so that it runs once: when it is called, or in `closeAll`, whichever comes first. */
export const closable = (close: Close): Close => {
  const once: Close = async () => {
    if (open.delete(once)) await close()
  }
  open.add(once)
  return once
}

/** Closes everything that is still open, newest first. */
export const closeAll = async (): Promise<void> => {
  for (const close of [...open].reverse()) await close().catch(() => {})
}
