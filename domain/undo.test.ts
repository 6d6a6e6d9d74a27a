import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { immutableFold } from './fold.ts'
import { entriesOf, forget, memoryOf, remember } from './memory.ts'
import { chunkEntriesMax, dropFirst, enqueue, firstOf, type Timed, timeQueueOf } from './time-queue.ts'
import { deleteEntry, rollBack, setEntry, setField, type UndoLog } from './undo.ts'

const fixed = { seed: 20_240_501, numRuns: 200 }

describe('undo restores', () => {
  test('a field', () => {
    const undo: UndoLog = []
    const counter = { n: 1 }
    setField(undo, counter, 'n', 2)
    const mark = undo.length
    setField(undo, counter, 'n', 3)
    setField(undo, counter, 'n', 1)
    rollBack(undo, mark)
    expect(counter.n).toBe(2)
    rollBack(undo, 0)
    expect(counter.n).toBe(1)
  })

  test('the entries of a map', () => {
    const undo: UndoLog = []
    const map = new Map([['a', { n: 1 }]])
    setEntry(undo, map, 'b', { n: 2 })
    setEntry(undo, map, 'a', { n: 3 })
    deleteEntry(undo, map, 'a')
    deleteEntry(undo, map, 'never there')
    rollBack(undo, 0)
    expect([...map]).toEqual([['a', { n: 1 }]])
  })
})

type Action = { readonly kind: 'insert'; readonly at: number } | { readonly kind: 'drop' }

/** The same queue as a plain sorted array. */
const act = (model: Timed[], action: Action, key: string): void => {
  if (action.kind === 'drop') {
    model.shift()
    return
  }
  const after = model.findIndex(({ at }) => at > action.at)
  model.splice(after === -1 ? model.length : after, 0, { at: action.at, key })
}

const actions = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('insert' as const), at: fc.integer({ min: 0, max: 9 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const) }) },
  ),
  { maxLength: 60 },
)

/** Enough entries for several chunks, so that splitting chunks is tested too. */
const crowd: readonly Timed[] = Array.from({ length: 2 * chunkEntriesMax + 3 }, (_, number) => ({
  at: number % 10,
  key: `crowd ${number}`,
})).sort((left, right) => left.at - right.at)

test('a queue keeps its order, and a rollback restores it', () => {
  fc.assert(
    fc.property(fc.boolean(), actions, actions, (crowded, kept, undone) => {
      const undo: UndoLog = []
      const model = crowded ? [...crowd] : []
      const queue = timeQueueOf(model)
      const run = (action: Action, key: string): void => {
        if (action.kind === 'drop') dropFirst(undo, queue)
        else enqueue(undo, queue, { at: action.at, key })
      }
      for (const [number, action] of kept.entries()) {
        run(action, `kept ${number}`)
        act(model, action, `kept ${number}`)
      }
      const mark = undo.length
      for (const [number, action] of undone.entries()) run(action, `undone ${number}`)
      rollBack(undo, mark)
      expect(queue.flat()).toEqual(model)
      expect(firstOf(queue)).toEqual(model[0])
      expect(queue.every((chunk) => chunk.length > 0 && chunk.length <= chunkEntriesMax)).toBe(true)
    }),
    fixed,
  )
})

test('a memory forgets by age and by number, oldest first, and forgetting can be undone', () => {
  const undo: UndoLog = []
  const bound = { milliseconds: 10, entriesMax: 2 }
  const memory = memoryOf<{ readonly at: number }>([])
  const keys = () => entriesOf(memory).map(([key]) => key)
  remember(undo, memory, 'a', { at: 1 })
  remember(undo, memory, 'b', { at: 2 })
  remember(undo, memory, 'a', { at: 3 })
  forget(undo, memory, bound, 3)
  expect(entriesOf(memory)).toEqual([
    ['b', { at: 2 }],
    ['a', { at: 3 }],
  ])
  const mark = undo.length
  remember(undo, memory, 'c', { at: 4 })
  forget(undo, memory, bound, 4)
  expect(keys()).toEqual(['a', 'c'])
  forget(undo, memory, bound, 13)
  expect(keys()).toEqual(['c'])
  rollBack(undo, mark)
  expect(keys()).toEqual(['b', 'a'])
})

test('two memories that begin empty share no entries', () => {
  const one = memoryOf<{ readonly at: number }>([])
  const other = memoryOf<{ readonly at: number }>([])
  remember([], one, 'a', { at: 1 })
  expect(entriesOf(other)).toEqual([])
  expect(other.byKey.size).toBe(0)
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
