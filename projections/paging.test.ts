import { expect, test } from 'vitest'
import { z } from 'zod'
import { decodeCursor, encodeCursor, pageOf } from './paging.ts'

const schema = z.tuple([z.number(), z.string()])

test('a cursor decodes to the values that it was made of', () => {
  expect(decodeCursor(encodeCursor([0.1, 'MUG-1']), schema)).toEqual([0.1, 'MUG-1'])
})

test.each(['', 'nonsense', encodeCursor(['MUG-1', 1]), encodeCursor([1]), 'A'.repeat(2_000)])(
  '%s is not a valid cursor',
  (cursor) => {
    expect(decodeCursor(cursor, schema)).toBeUndefined()
  },
)

test('a page has a next cursor if there is one row more than it holds', () => {
  const valuesOf = (row: number) => [row]
  expect(pageOf([1, 2, 3], 2, valuesOf)).toEqual({ items: [1, 2], nextCursor: encodeCursor([2]) })
  expect(pageOf([1, 2], 2, valuesOf)).toEqual({ items: [1, 2] })
  expect(pageOf([], 2, valuesOf)).toEqual({ items: [] })
})
