import { describe, expect, test } from 'vitest'
import { type LeaseRow, leasesToTake } from './lease-shares.ts'

/** Leases by their holders: `AAB-` is two of A, one of B, and a free one. */
const leasesOf = (holders: string): readonly LeaseRow[] =>
  [...holders].map((holder, index) => ({
    name: `lease-${index}`,
    holder: holder === '-' ? undefined : holder,
    token: 1,
    position: undefined,
  }))

const holdersAfter = (holders: string, holder: string): string => {
  const taken = new Set(leasesToTake(leasesOf(holders), holder).map(({ name }) => name))
  return [...holders].map((before, index) => (taken.has(`lease-${index}`) ? holder : before)).join('')
}

describe('free leases', () => {
  test('all go to a process that is alone', () => expect(holdersAfter('--------', 'A')).toBe('AAAAAAAA'))
  test('a dead process leaves its own to the one that is left', () =>
    expect(holdersAfter('AAAA----', 'A')).toBe('AAAAAAAA'))
  test('a process takes its share of them and leaves the others theirs', () => {
    expect(holdersAfter('AAABB---', 'B')).toBe('AAABBBB-')
    expect(holdersAfter('AAABBBB-', 'A')).toBe('AAABBBBA')
  })
  test('one that already has its share takes none', () => expect(holdersAfter('AAAABB--', 'A')).toBe('AAAABB--'))
  test('a process that comes when some are free takes no more than its share', () =>
    expect(holdersAfter('AAAA----', 'B')).toBe('AAAABBBB'))
})

describe('leases that others hold', () => {
  test('a process that comes later gets half of those of the first', () =>
    expect(holdersAfter('AAAAAAAA', 'B')).toBe('AAAABBBB'))
  test('a third gets its part from whoever has most', () => expect(holdersAfter('AAAABBBB', 'C')).toBe('AAACBBBC'))
  test('nothing moves between two that differ by one', () => {
    expect(holdersAfter('AAABBBCC', 'C')).toBe('AAABBBCC')
    expect(holdersAfter('AAB', 'B')).toBe('AAB')
  })
  test('a single lease is never taken from its holder', () => expect(holdersAfter('A', 'B')).toBe('A'))
  test('with more processes than leases the last ones stand by', () => expect(holdersAfter('ABC', 'D')).toBe('ABC'))
})

test('whoever comes and goes, after each took its turn twice nobody has more than its share and nothing moves', () => {
  for (let processes = 1; processes <= 10; processes += 1) {
    const names = [...'ABCDEFGHIJ'].slice(0, processes)
    for (const before of ['--------', 'AAAAAAAA', 'XXXX----', 'BBBBBBBA', 'ABABAB--']) {
      const gone = [...before].map((holder) => (names.includes(holder) ? holder : '-')).join('')
      const settled = [...names, ...names].reduce(holdersAfter, gone)
      const counts = names.map((name) => settled.split(name).length - 1)
      expect(Math.max(...counts)).toBe(Math.ceil(8 / processes))
      expect(settled).not.toContain('-')
      expect(names.reduce(holdersAfter, settled)).toBe(settled)
    }
  }
})
