import { expect, test } from 'vitest'
import { gather } from './gather.ts'

const given = (bounds = { tripsMax: 1, questionsMax: 2 }) => {
  const trips: { readonly questions: readonly string[]; readonly back: PromiseWithResolvers<void> }[] = []
  const ask = gather<string, string>(async (questions) => {
    const back = Promise.withResolvers<void>()
    trips.push({ questions, back })
    await back.promise
    return (question) => `${question}!`
  }, bounds)
  const sent = () => trips.map(({ questions }) => questions)
  return { ask, sent, back: (trip: number) => trips[trip]?.back }
}
const turn = () => new Promise(setImmediate)

test('a lone question is asked at once', async () => {
  const { ask, sent, back } = given()
  const answer = ask('a')
  expect(sent()).toEqual([['a']])
  back(0)?.resolve()
  expect(await answer).toBe('a!')
})

test('what is wanted meanwhile is asked for together, so many at once', async () => {
  const { ask, sent, back } = given()
  const answers = Promise.all(['a', 'b', 'c', 'd'].map(ask))
  expect(sent()).toEqual([['a']])
  back(0)?.resolve()
  await turn()
  expect(sent()).toEqual([['a'], ['b', 'c']])
  back(1)?.resolve()
  await turn()
  back(2)?.resolve()
  expect(await answers).toEqual(['a!', 'b!', 'c!', 'd!'])
  expect(sent()).toEqual([['a'], ['b', 'c'], ['d']])
})

test('so many round trips are under way at once', () => {
  const { ask, sent } = given({ tripsMax: 2, questionsMax: 2 })
  for (const question of ['a', 'b', 'c']) void ask(question)
  expect(sent()).toEqual([['a'], ['b']])
})

test('a round trip that fails fails for those that it was made for, and for no others', async () => {
  const { ask, back } = given()
  const first = ask('a')
  const second = ask('b')
  back(0)?.reject(new Error('gone'))
  await expect(first).rejects.toThrow('gone')
  await turn()
  back(1)?.resolve()
  expect(await second).toBe('b!')
})
