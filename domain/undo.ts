/** Takes back changes of a draft in reverse order. Belongs to one fold; nobody else sees it. */
export type UndoLog = {
  readonly record: (undo: () => void) => void
  readonly mark: () => number
  readonly rollBack: (mark: number) => void
  readonly clear: () => void
}

export const createUndoLog = (): UndoLog => {
  const steps: Array<() => void> = []
  return {
    record: (undo) => {
      steps.push(undo)
    },
    mark: () => steps.length,
    rollBack: (mark) => {
      while (steps.length > mark) steps.pop()?.()
    },
    clear: () => {
      steps.length = 0
    },
  }
}

export type DraftCell<Value> = { readonly get: () => Value; readonly set: (value: Value) => void }

/** One value whose changes can be taken back. */
export const createDraftCell = <Value>(undo: UndoLog, initial: Value): DraftCell<Value> => {
  let current = initial
  return {
    get: () => current,
    set: (value) => {
      if (value === current) return
      const previous = current
      undo.record(() => {
        current = previous
      })
      current = value
    },
  }
}

export type DraftMap<Value> = {
  readonly view: ReadonlyMap<string, Value>
  readonly set: (key: string, value: Value) => void
  readonly delete: (key: string) => void
}

/** A Map whose changes can be taken back. Its order of iteration means nothing: what is put back goes to the end. */
export const createDraftMap = <Value extends object>(
  undo: UndoLog,
  entries: Iterable<readonly [string, Value]>,
): DraftMap<Value> => {
  const map = new Map(entries)
  return {
    view: map,
    set: (key, value) => {
      const previous = map.get(key)
      undo.record(previous === undefined ? () => map.delete(key) : () => map.set(key, previous))
      map.set(key, value)
    },
    delete: (key) => {
      const previous = map.get(key)
      if (previous === undefined) return
      undo.record(() => map.set(key, previous))
      map.delete(key)
    },
  }
}
