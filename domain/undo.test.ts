import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDraftMemory } from './draft-memory.ts'
import { chunkEntriesMax, createDraftQueue } from './draft-queue.ts'
import { immutableFold } from './fold.ts'
import { createDraftCell, createDraftMap, createUndoLog } from './undo.ts'

const fixed = { seed: 20_240_501, numRuns: 200 }

describe('what is taken back was never there', () => {
  test('a cell', () => {
    const undo = createUndoLog()
    const cell = createDraftCell(undo, 1)
    cell.set(2)
    const mark = undo.mark()
    cell.set(3)
    cell.set(1)
    undo.rollBack(mark)
    expect(cell.get()).toBe(2)
    undo.rollBack(0)
    expect(cell.get()).toBe(1)
  })

  test('a map', () => {
    const undo = createUndoLog()
    const map = createDraftMap(undo, [['a', { n: 1 }]])
    map.set('b', { n: 2 })
    map.set('a', { n: 3 })
    map.delete('a')
    map.delete('never there')
    undo.rollBack(0)
    expect([...map.view]).toEqual([['a', { n: 1 }]])
  })

  test('what is settled stays', () => {
    const undo = createUndoLog()
    const cell = createDraftCell(undo, 1)
    cell.set(2)
    undo.clear()
    undo.rollBack(0)
    expect(cell.get()).toBe(2)
  })
})

type Entry = { readonly rank: number; readonly name: number }
type Action = { readonly kind: 'insert'; readonly rank: number } | { readonly kind: 'drop' }

/** The same queue, as slowly and plainly as can be. */
const act = (model: Entry[], action: Action, name: number): void => {
  if (action.kind === 'drop') {
    model.shift()
    return
  }
  const after = model.findIndex(({ rank }) => rank > action.rank)
  model.splice(after === -1 ? model.length : after, 0, { rank: action.rank, name })
}

const actions = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('insert' as const), rank: fc.integer({ min: 0, max: 9 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const) }) },
  ),
  { maxLength: 60 },
)

/** Entries enough for several chunks, so that cutting and joining them is part of every story. */
const crowd: readonly Entry[] = Array.from({ length: 2 * chunkEntriesMax + 3 }, (_, name) => ({
  rank: name % 10,
  name: -name,
})).sort((left, right) => left.rank - right.rank)

test('a queue keeps its order, and rolls back to what it was', () => {
  fc.assert(
    fc.property(fc.boolean(), actions, actions, (crowded, kept, undone) => {
      const undo = createUndoLog()
      const model = crowded ? [...crowd] : []
      const queue = createDraftQueue(undo, ({ rank }: Entry) => rank, model)
      const run = (action: Action, name: number): void => {
        if (action.kind === 'drop') queue.dropFirst()
        else queue.insert({ rank: action.rank, name })
      }
      for (const [name, action] of kept.entries()) {
        run(action, name)
        act(model, action, name)
      }
      const mark = undo.mark()
      for (const [name, action] of undone.entries()) run(action, 1_000 + name)
      undo.rollBack(mark)
      expect([...queue.entries()]).toEqual(model)
      expect(queue.first()).toEqual(model[0])
    }),
    fixed,
  )
})

test('a memory forgets by age and by number, the oldest first, and what was forgotten can be taken back', () => {
  const undo = createUndoLog()
  const memory = createDraftMemory<{ readonly at: number }>(undo, { milliseconds: 10, entriesMax: 2 }, [])
  memory.remember('a', { at: 1 })
  memory.remember('b', { at: 2 })
  memory.remember('a', { at: 3 })
  memory.forget(3)
  expect(memory.entries()).toEqual([
    ['b', { at: 2 }],
    ['a', { at: 3 }],
  ])
  const mark = undo.mark()
  memory.remember('c', { at: 4 })
  memory.forget(4)
  expect(memory.entries().map(([key]) => key)).toEqual(['a', 'c'])
  memory.forget(13)
  expect(memory.entries().map(([key]) => key)).toEqual(['c'])
  undo.rollBack(mark)
  expect(memory.entries().map(([key]) => key)).toEqual(['b', 'a'])
})

test('a fold over an immutable state rolls back to its mark', () => {
  const fold = immutableFold<readonly string[], string>([], (state, event, revision) => [
    ...state,
    `${revision}${event}`,
  ])
  fold.apply('a', 0)
  const mark = fold.mark()
  fold.apply('b', 1)
  fold.apply('c', 2)
  expect(fold.state()).toEqual(['0a', '1b', '2c'])
  fold.rollBack(mark)
  expect(fold.state()).toEqual(['0a'])
  fold.settle()
  fold.rollBack(fold.mark())
  expect(fold.state()).toEqual(['0a'])
})
