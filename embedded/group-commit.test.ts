import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createGroupCommit } from './group-commit.ts'

/** A queue whose commits are recorded by their size. */
const groups = ({ max = 100, turnsMax = 16 } = {}) => {
  const commits: number[] = []
  let queued = 0
  const schedule = createGroupCommit({
    queued: () => queued,
    isFull: () => queued >= max,
    turnsMax,
    commit: () => {
      commits.push(queued)
      queued = 0
    },
  })
  const write = (): void => {
    queued += 1
    schedule()
  }
  return { commits, write }
}

/** Does `each` in every turn of the event loop. */
const turns = async (count: number, ...each: ReadonlyArray<() => void>): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) {
    for (const work of each) work()
    await nextTurn()
  }
}

test('writes of one turn share a commit', async () => {
  const { commits, write } = groups()
  for (let index = 0; index < 3; index += 1) write()
  await turns(3)
  expect(commits).toEqual([3])
})

test('a commit waits while the queue grows, up to its bound of turns', async () => {
  const { commits, write } = groups({ turnsMax: 4 })
  await turns(10, write, write)
  expect(commits[0]).toBe(8)
})

test('a full group is committed although the queue grows', async () => {
  const { commits, write } = groups({ max: 3 })
  await turns(10, write, write, write)
  expect(commits[0]).toBe(3)
})

test('a later write gets a commit of its own', async () => {
  const { commits, write } = groups()
  write()
  await turns(3)
  write()
  await turns(3)
  expect(commits).toEqual([1, 1])
})
