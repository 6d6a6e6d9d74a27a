import { expect, test } from 'vitest'
import { inRunningOrder, rows } from './rows.ts'

const numbersOf = (some: typeof rows): readonly number[] => some.map(({ number }) => number)

test('given all rows, when they are put in running order, then each is there once and those that sell the most are last', () => {
  const inOrder = numbersOf(inRunningOrder(rows))
  expect(inOrder.toSorted((one, other) => one - other)).toEqual(numbersOf(rows))
  expect([inOrder[0], ...inOrder.slice(-4)]).toEqual([1, 17, 15, 13, 14])
})

test('given some rows, when they are put in running order, then no other row is added', () => {
  const some = rows.filter(({ number }) => number === 5 || number === 17 || number === 13)
  expect(numbersOf(inRunningOrder(some))).toEqual([5, 17, 13])
})
