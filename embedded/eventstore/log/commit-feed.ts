/** Tells live subscriptions that something was committed. A reader takes the count before it reads, and waits for a higher one. */
export type CommitFeed = ReturnType<typeof createCommitFeed>

/** What a reader waits for: the name of a stream, or the whole log. */
export type FeedKey = { readonly stream: string } | 'all'

export const createCommitFeed = () => {
  let commits = 0
  const waitingForAll = new Set<() => void>()
  const waitingForStream = new Map<string, Set<() => void>>()
  const wakeAll = (waiters: ReadonlySet<() => void> | undefined): void => {
    for (const wake of [...(waiters ?? [])]) wake()
  }

  return {
    commits: (): number => commits,

    committed: (streams: Iterable<string>): void => {
      commits += 1
      for (const stream of streams) wakeAll(waitingForStream.get(stream))
      wakeAll(waitingForAll)
    },

    /** Resolves once there is a commit after the `seen` one (for a stream: perhaps of another stream), or when aborted. */
    next: (key: FeedKey, seen: number, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        if (commits > seen || signal.aborted) {
          resolve()
          return
        }
        const waiters = key === 'all' ? waitingForAll : (waitingForStream.get(key.stream) ?? new Set())
        const wake = (): void => {
          waiters.delete(wake)
          if (key !== 'all' && waiters.size === 0) waitingForStream.delete(key.stream)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        waiters.add(wake)
        if (key !== 'all') waitingForStream.set(key.stream, waiters)
        signal.addEventListener('abort', wake)
      }),
  }
}
