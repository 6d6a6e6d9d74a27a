// Group commit: writes that arrive together share one commit, and so one sync of the disk. A single write does not wait.

export type GroupCommitOptions = {
  /** How many writes wait. */
  readonly queued: () => number
  /** Whether the group is as large as one commit may be. */
  readonly isFull: () => boolean
  /** How many turns of the event loop a commit waits for further writes. */
  readonly turnsMax: number
  readonly commit: () => void
}

/** Answers a function that schedules `commit` for when the queue has stopped growing for one turn of the event loop. */
export const createGroupCommit = ({ queued, isFull, turnsMax, commit }: GroupCommitOptions): (() => void) => {
  let isScheduled = false

  const commitWhenSettled = (lengthBefore: number, turns: number): void => {
    if (queued() > lengthBefore && turns < turnsMax && !isFull()) {
      setImmediate(commitWhenSettled, queued(), turns + 1)
      return
    }
    isScheduled = false
    commit()
  }

  return () => {
    if (isScheduled) return
    isScheduled = true
    setImmediate(commitWhenSettled, queued(), 1)
  }
}
