import { describe, expect, test } from 'vitest'
import { type AppendDecision, decideAppend, type ExpectedRevision } from './append-decision.ts'

// Given a stream holding events a, b, c at revisions 0, 1, 2 of which b and c are still remembered; when an append of `ids` expects
// `expected`; then the decision.
const streamIds = ['a', 'b', 'c']
const rememberedIds = ['b', 'c']

const decide = (
  expected: ExpectedRevision,
  ids: readonly string[],
  stream: readonly string[] = streamIds,
): AppendDecision =>
  decideAppend({
    expected,
    current: stream.length - 1,
    ids,
    idAt: (revision) => stream[revision],
    recentRevision: (id) => (rememberedIds.includes(id) && stream.includes(id) ? stream.indexOf(id) : undefined),
  })

const exact = (revision: bigint): ExpectedRevision => ({ kind: 'exact', revision })
const write = { kind: 'write' }
const wrong = { kind: 'wrong_expected_revision' }
const already = (revision: number) => ({ kind: 'already_written', revision })

describe('an exact revision', () => {
  test.each([
    ['the last revision writes', exact(2n), ['d'], write],
    ['the last revision writes nothing for no events', exact(2n), [], write],
    ['a higher revision is wrong', exact(3n), ['d'], wrong],
    ['a revision beyond any number is wrong', exact(2n ** 63n), ['d'], wrong],
    ['a lower revision with a new event is wrong', exact(1n), ['d'], wrong],
    ['a lower revision with no events is wrong', exact(1n), [], wrong],
    ['a retry of the last event is recognised', exact(1n), ['c'], already(2)],
    ['a retry in the middle is recognised', exact(0n), ['b'], already(1)],
    ['a retry of several is recognised', exact(0n), ['b', 'c'], already(2)],
    ['a retry with one event more is wrong', exact(1n), ['c', 'd'], wrong],
    ['a retry in another order is wrong', exact(0n), ['c', 'b'], wrong],
  ])('%s', (_, expected, ids, decision) => {
    expect(decide(expected, ids)).toEqual(decision)
  })
})

describe('no_stream', () => {
  const noStream: ExpectedRevision = { kind: 'no_stream' }
  test.each([
    ['writes to a stream without events', [], ['a'], write],
    ['is wrong for a stream with events', streamIds, ['d'], wrong],
    ['recognises a retry that is no longer remembered', streamIds, ['a'], already(0)],
    ['recognises a retry of all', streamIds, ['a', 'b', 'c'], already(2)],
    ['is wrong for a retry and more', streamIds, ['a', 'b', 'c', 'd'], wrong],
  ])('%s', (_, stream, ids, decision) => {
    expect(decide(noStream, ids, stream)).toEqual(decision)
  })
})

describe('any', () => {
  const any: ExpectedRevision = { kind: 'any' }
  test.each([
    ['writes to a stream without events', [], ['a'], write],
    ['writes new events', streamIds, ['d'], write],
    ['writes nothing for no events', streamIds, [], write],
    ['recognises a retry among the remembered', streamIds, ['b', 'c'], already(2)],
    ['writes again what is no longer remembered', streamIds, ['a'], write],
    ['is wrong for a retry and a new event', streamIds, ['c', 'd'], wrong],
    ['writes when the first is new, whatever follows', streamIds, ['d', 'c'], write],
  ])('%s', (_, stream, ids, decision) => {
    expect(decide(any, ids, stream)).toEqual(decision)
  })
})

describe('stream_exists', () => {
  const streamExists: ExpectedRevision = { kind: 'stream_exists' }
  test.each([
    ['is wrong for a stream without events', [], ['a'], wrong],
    ['writes to a stream with events', streamIds, ['d'], write],
    ['recognises a retry among the remembered', streamIds, ['c'], already(2)],
  ])('%s', (_, stream, ids, decision) => {
    expect(decide(streamExists, ids, stream)).toEqual(decision)
  })
})
