// Changes that a fold makes in place, and how to undo them. They are functions over plain data, because a process has many
// thousands of folds in memory, and a set of closures for each would take more memory than their data.

/** One function for each change of a draft, which undoes it, in the order of the changes. Each fold has its own. */
export type UndoLog = Array<() => void>

/** Undoes the changes made since the undo log had this length, last first. */
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

/** Undoing a deletion puts the entry at the end of the map, so the map's order of iteration has no meaning. */
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
