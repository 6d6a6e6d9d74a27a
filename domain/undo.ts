// What a fold changes in place, and how it is taken back. Plain data and functions over it: a process has many thousands of
// folds in memory, and a closure for each thing that can be done to each would outweigh what they hold.

/** How to take back each change of a draft, in the order of the changes. Belongs to one fold; nobody else sees it. */
export type UndoLog = Array<() => void>

/** Takes back, last first, what was changed since the log was this long. */
export const rollBack = (undo: UndoLog, mark: number): void => {
  while (undo.length > mark) undo.pop()?.()
}

export const setField = <Of extends object, Field extends keyof Of>(
  undo: UndoLog,
  of: Of,
  field: Field,
  value: Of[Field],
): void => {
  const previous = of[field]
  if (value === previous) return
  undo.push(() => {
    of[field] = previous
  })
  of[field] = value
}

/** What is put back goes to the end of a map: its order of iteration means nothing. */
export const setEntry = <Value extends object>(
  undo: UndoLog,
  map: Map<string, Value>,
  key: string,
  value: Value,
): void => {
  const previous = map.get(key)
  undo.push(previous === undefined ? () => map.delete(key) : () => map.set(key, previous))
  map.set(key, value)
}

export const deleteEntry = <Value extends object>(undo: UndoLog, map: Map<string, Value>, key: string): void => {
  const previous = map.get(key)
  if (previous === undefined) return
  undo.push(() => map.set(key, previous))
  map.delete(key)
}
