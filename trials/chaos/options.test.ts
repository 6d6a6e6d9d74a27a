import { expect, test } from 'vitest'
import { parseCommandLine } from './options.ts'

test('given no options, when they are parsed, then every row runs with the default seed', () => {
  expect(parseCommandLine([], [1, 4], 7)).toEqual({ sample: false, help: false, rows: [1, 4], seed: 7 })
})

test('given rows and a seed, when they are parsed, then these are used', () => {
  expect(parseCommandLine(['--rows', '4', '--seed', '12', '--sample'], [1, 4], 7)).toEqual({
    sample: true,
    help: false,
    rows: [4],
    seed: 12,
  })
})

test.each([
  [['--rows', '2'], '--rows takes some of 1, 4, not "2".'],
  [['--rows', ''], '--rows takes some of 1, 4, not "".'],
  [['--seed', 'x'], '--seed takes a whole number from 0, not "x".'],
])('given %j, when it is parsed, then one line says what is wrong', (args, problem) => {
  expect(parseCommandLine(args, [1, 4], 7)).toEqual({ problem })
})
