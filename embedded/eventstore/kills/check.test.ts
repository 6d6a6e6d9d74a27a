import { expect, test } from 'vitest'
import type { Acknowledgement } from './acknowledgements.ts'
import { type FoundLog, problemsOf, type Written } from './check.ts'

const written = (id: string, revision: number, position: bigint, append: string, part: number, parts: number) => ({
  id,
  stream: 'a',
  revision,
  position,
  data: { append, part, parts, filling: '' },
})

const [one, two, three] = [
  written('1', 0, 64n, 'x', 0, 2),
  written('2', 1, 70n, 'x', 1, 2),
  written('3', 2, 80n, 'y', 0, 1),
] as const

const logOf = (...events: readonly Written[]): FoundLog => ({
  events,
  streams: new Map([['a', events.map(({ id }) => id)]]),
})

const acknowledged: readonly Acknowledgement[] = [{ stream: 'a', revision: 0, ids: ['1', '2'], position: '70' }]

test('acknowledged appends and complete unacknowledged appends are not reported', () => {
  expect(problemsOf(logOf(one, two, three), acknowledged)).toEqual([])
})

test.each<[string, FoundLog, readonly string[]]>([
  ['an acknowledged append that is missing', logOf(), ['a 0, acknowledged, is missing or not whole']],
  [
    'an append that is only partly there',
    logOf(one),
    ['a 0 is part 1 of 2, and the next is missing', 'a 0, acknowledged, is missing or not whole'],
  ],
  ['one at another position', logOf(one, { ...two, position: 71n }), ['a 0, acknowledged, is not at position 70']],
  ['a hole', logOf(one, two, { ...three, revision: 3 }), ['a 3 is where 2 belongs']],
  [
    'an unacknowledged append without its first event',
    logOf(one, two, written('4', 2, 90n, 'z', 1, 2)),
    ['a 1 is followed by a part without its first'],
  ],
  ['positions that do not increase', logOf(one, two, { ...three, position: 70n }), ['position 70 comes after 70']],
  [
    'a stream with different events',
    { events: [one, two], streams: new Map([['a', ['1']]]) },
    ['a reads otherwise than the whole log'],
  ],
])('%s is reported', (_, log, problems) => {
  expect(problemsOf(log, acknowledged)).toEqual(problems)
})
