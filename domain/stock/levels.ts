import { availableOf, type Levels } from './state.ts'

export type LevelFields = { readonly onHandAfter: number; readonly heldAfter: number; readonly committedAfter: number }

/** Running levels within one decision. `after` applies a change and gives the level fields of its event. */
export const createLevelRun = (levels: Levels) => {
  let { onHand, held, committed } = levels
  return {
    free: (): number => onHand - held - committed,
    available: (): number => availableOf({ onHand, held, committed, safety: levels.safety }),
    after: (change: { readonly onHand?: number; readonly held?: number; readonly committed?: number }): LevelFields => {
      onHand += change.onHand ?? 0
      held += change.held ?? 0
      committed += change.committed ?? 0
      return { onHandAfter: onHand, heldAfter: held, committedAfter: committed }
    },
  }
}

export type LevelRun = ReturnType<typeof createLevelRun>
