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
  test('all go to the only process', () => expect(holdersAfter('--------', 'A')).toBe('AAAAAAAA'))
  test('those of a dead process go to the remaining one', () => expect(holdersAfter('AAAA----', 'A')).toBe('AAAAAAAA'))
  test('a process takes its share and leaves the others theirs', () => {
    expect(holdersAfter('AAABB---', 'B')).toBe('AAABBBB-')
    expect(holdersAfter('AAABBBB-', 'A')).toBe('AAABBBBA')
  })
  test('a process that already has its share takes none', () => expect(holdersAfter('AAAABB--', 'A')).toBe('AAAABB--'))
  test('a process that starts while some are free takes no more than its share', () =>
    expect(holdersAfter('AAAA----', 'B')).toBe('AAAABBBB'))
})

describe('leases held by others', () => {
  test('a second process gets half of the first one’s', () => expect(holdersAfter('AAAAAAAA', 'B')).toBe('AAAABBBB'))
  test('a third process gets its share from the one that has most', () =>
    expect(holdersAfter('AAAABBBB', 'C')).toBe('AAACBBBC'))
  test('nothing moves between two processes that differ by one', () => {
    expect(holdersAfter('AAABBBCC', 'C')).toBe('AAABBBCC')
    expect(holdersAfter('AAB', 'B')).toBe('AAB')
  })
  test('a single lease is never taken from its holder', () => expect(holdersAfter('A', 'B')).toBe('A'))
  test('with more processes than leases the last ones have none', () => expect(holdersAfter('ABC', 'D')).toBe('ABC'))
})

test('whatever processes start and end, after two rounds each has its share and nothing moves', () => {
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
