// Stored events never change. golden/events.jsonl holds events as they were stored, at least one of each type and version.
// Lines are added there, never changed.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AssertionError } from './assert.ts'
import { decodeEvent, encodeEvent, isUndecodable } from './codec.ts'
import { type DomainEvent, eventSchemas } from './events.ts'
import { parseStoredType } from './history.ts'

type Golden = { readonly type: string; readonly data: unknown }

const golden: readonly Golden[] = readFileSync(path.join(import.meta.dirname, 'golden/events.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line))

const decoded = ({ type, data }: Golden): DomainEvent => {
  const event = decodeEvent(type, data)
  if (isUndecodable(event)) throw new Error(event.problem)
  return event
}

describe('golden events', () => {
  test('cover every event type', () =>
    expect([...new Set(golden.map(({ type }) => parseStoredType(type).type))].sort()).toEqual(
      Object.keys(eventSchemas).sort(),
    ))

  for (const [index, line] of golden.entries())
    test(`line ${index + 1}, ${line.type}, is decoded, and encoded again unchanged`, () => {
      const event = decoded(line)
      const { storedType, data, json } = encodeEvent(event)
      expect(event.data).toEqual(line.data)
      expect(JSON.parse(json)).toEqual(line.data)
      expect(data).toEqual(line.data)
      expect(parseStoredType(storedType).type).toBe(parseStoredType(line.type).type)
    })
})

const ticked: DomainEvent = {
  type: 'ClockTicked',
  data: { at: 1_800_000_000_000, commandId: '00000000-0000-4000-8000-000000000001' },
}

describe('encode', () => {
  test('writes the same bytes in whatever order the fields come', () => {
    const { at, commandId } = ticked.data
    expect(encodeEvent({ type: 'ClockTicked', data: { commandId, at } }).json).toBe(encodeEvent(ticked).json)
  })

  test('throws if the data do not match their schema', () => {
    expect(() => encodeEvent({ ...ticked, data: { ...ticked.data, at: 1.5 } })).toThrow(AssertionError)
    expect(() => encodeEvent({ ...ticked, data: { ...ticked.data, commandId: 'x' } })).toThrow(AssertionError)
    const more = { ...ticked.data, clientSecret: 'never stored' }
    expect(() => encodeEvent({ type: 'ClockTicked', data: more })).toThrow(AssertionError)
  })
})

describe('decode', () => {
  test('answers why it cannot decode', () => {
    expect(decodeEvent('ClockTicked.v99', ticked.data)).toEqual({
      problem: 'unknown version of an event type: ClockTicked.v99',
    })
    expect(decodeEvent('ClockTicked', ticked.data)).toMatchObject({ problem: expect.stringContaining('version') })
    expect(decodeEvent('ClockExploded.v1', ticked.data)).toEqual({ problem: 'unknown event type ClockExploded.v1' })
    expect(decodeEvent('ClockTicked.v1', undefined)).toHaveProperty('problem')
    expect(decodeEvent('ClockTicked.v1', { ...ticked.data, extra: 1 })).toHaveProperty('problem')
  })

  test('finds random data undecodable, and never throws', () => {
    const types = fc.oneof(
      fc.string(),
      fc.constantFrom(...golden.map(({ type }) => type), '__proto__.v1', 'toString.v1'),
    )
    fc.assert(
      fc.property(types, fc.anything({ withNullPrototype: true, withBigInt: true }), (type, data) => {
        expect(isUndecodable(decodeEvent(type, data))).toBe(true)
      }),
      { seed: 20_240_503, numRuns: 2_000 },
    )
  })

  test('finds each missing field, except one that was added later', () => {
    for (const line of golden) {
      const { data } = decoded(line)
      const shapes = golden.filter(({ type }) => type === line.type).map((other) => decoded(other).data)
      for (const field of Object.keys(data).filter((name) => shapes.every((shape) => name in shape))) {
        const rest = Object.fromEntries(Object.entries(data).filter(([name]) => name !== field))
        expect(decodeEvent(line.type, rest), `${line.type} without ${field}`).toHaveProperty('problem')
      }
    }
  })
})
