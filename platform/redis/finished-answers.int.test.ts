import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { connectRedis } from './connect.ts'
import { type AnswerStore, createFinishedAnswers } from './finished-answers.ts'

// Redis itself is run by its own suite; here it is what it must not be: silent, gone, or broken. A port that takes
// connections and says nothing stands for a Redis that hangs.

const open: Array<() => void> = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

const listen = async (onData: (socket: Socket, data: Buffer) => void): Promise<{ readonly url: string }> => {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (data) => onData(socket, data))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  open.push(() => server.close())
  return { url: `redis://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}` }
}

const answersOf = (url: string) => {
  const redis = connectRedis(url, () => undefined)
  open.unshift(() => redis.disconnect())
  const bypassed: unknown[] = []
  let time = 0
  let asked = 0
  const store: AnswerStore = {
    mget: (...names) => {
      asked += 1
      return redis.mget(...names)
    },
    set: (name, value, expiry, seconds) => redis.set(name, value, expiry, seconds),
  }
  const answers = createFinishedAnswers({
    redis: store,
    onBypass: (error) => void bypassed.push(error),
    monotonic: () => time,
  })
  const later = (milliseconds: number): void => {
    time += milliseconds
  }
  return { answers, bypassed, asked: () => asked, later }
}

describe('a Redis that is silent or down', () => {
  test.each([
    ['silent', () => listen(() => undefined)],
    ['gone', async () => ({ url: 'redis://127.0.0.1:1' })],
  ])('%s: answers nothing, and after three failures is not asked for a while', async (_what, place) => {
    const { answers, bypassed, asked, later } = answersOf((await place()).url)
    for (let index = 0; index < 10; index += 1) {
      answers.keep('a', 'text')
      expect(await answers.find('a')).toBeUndefined()
    }
    expect([asked(), bypassed.length]).toEqual([3, 1])
    later(1_001)
    await answers.find('a')
    await answers.find('a')
    expect([asked(), bypassed.length]).toEqual([4, 1])
  })
})

test('an answer too large to keep is not sent', () => {
  const sent: unknown[] = []
  const answers = createFinishedAnswers({
    redis: {
      mget: async () => [null],
      set: async (...values) => {
        sent.push(values)
      },
    },
  })
  answers.keep('a', 'x'.repeat(256 * 1_024 + 1))
  answers.keep('b', 'text')
  expect(sent).toEqual([['answer:b', 'text', 'EX', 86_400]])
})

test('lookups at the same time are sent together, and each caller gets its own answer', async () => {
  const looked: string[][] = []
  const mget: AnswerStore['mget'] = async (...names) => {
    looked.push(names)
    return names.map((name) => (name === 'answer:none' ? null : `text of ${name}`))
  }
  const answers = createFinishedAnswers({ redis: { mget, set: async () => undefined } })
  expect(await Promise.all(['a', 'b', 'c', 'none', 'd'].map((id) => answers.find(id)))).toEqual([
    'text of answer:a',
    'text of answer:b',
    'text of answer:c',
    undefined,
    'text of answer:d',
  ])
  expect(looked).toEqual([['answer:a'], ['answer:b'], ['answer:c', 'answer:none', 'answer:d']])
})
