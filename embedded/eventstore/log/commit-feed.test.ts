import { expect, test } from 'vitest'
import { createCommitFeed, type FeedKey } from './commit-feed.ts'

const watch = (feed: ReturnType<typeof createCommitFeed>, key: FeedKey, signal = new AbortController().signal) => {
  const woken = { yes: false }
  feed.next(key, feed.commits(), signal).then(() => {
    woken.yes = true
  })
  return woken
}

test('a commit wakes the readers that wait for the log or for one of its streams, and no others', async () => {
  const feed = createCommitFeed()
  const [all, one, other] = [watch(feed, 'all'), watch(feed, { stream: 'a' }), watch(feed, { stream: 'b' })]
  feed.committed(['a'])
  await Promise.resolve()
  expect([all.yes, one.yes, other.yes]).toEqual([true, true, false])
})

test('a commit between the read and the wait is not missed', async () => {
  const feed = createCommitFeed()
  const seen = feed.commits()
  feed.committed(['a'])
  await expect(feed.next({ stream: 'a' }, seen, new AbortController().signal)).resolves.toBe(undefined)
})

test('nothing wakes without a commit', async () => {
  const woken = watch(createCommitFeed(), 'all')
  await Promise.resolve()
  expect(woken.yes).toBe(false)
})

test('an abort ends the wait', async () => {
  const abort = new AbortController()
  const woken = watch(createCommitFeed(), { stream: 'a' }, abort.signal)
  abort.abort()
  await Promise.resolve()
  expect(woken.yes).toBe(true)
})
