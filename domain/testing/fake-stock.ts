import type { HoldRef } from '../checkout/effects.ts'
import type { Random } from './random.ts'

type FakeHold = { state: 'held' | 'committed' | 'ended'; shipped: number; returned: number }

/** The holds of one order. Each ends once; some are lost before they are committed. */
export const fakeStock = (random: Random, lineNumbers: readonly number[]) => {
  const holds = new Map<number, FakeHold>(lineNumbers.map((line) => [line, { state: 'held', shipped: 0, returned: 0 }]))
  const holdOf = ({ line }: Pick<HoldRef, 'line'>): FakeHold => {
    const hold = holds.get(line)
    if (hold === undefined) throw new Error(`No hold for line ${line}`)
    return hold
  }
  /** Commits line by line and answers the lost lines. Can stop half way if `crashes` is true. */
  const commit = (lines: readonly HoldRef[], crashes: boolean): readonly number[] => {
    const lost: number[] = []
    for (const line of lines) {
      const hold = holdOf(line)
      if (hold.state === 'ended') lost.push(line.line)
      else hold.state = 'committed'
      if (crashes && random.chance(0.5)) break
    }
    return lost
  }
  const close = (lines: readonly HoldRef[]): void => {
    for (const line of lines) {
      const hold = holdOf(line)
      if (hold.shipped > 0) throw new Error(`Line ${line.line} is closed after it was shipped`)
      hold.state = 'ended'
    }
  }
  const ship = (lines: ReadonlyArray<HoldRef & { readonly total: number }>): void => {
    for (const line of lines) {
      const hold = holdOf(line)
      if (hold.state !== 'committed') throw new Error(`Line ${line.line} is shipped before it was committed`)
      hold.shipped = Math.max(hold.shipped, line.total)
    }
  }
  const takeBack = (lines: ReadonlyArray<HoldRef & { readonly total: number }>): void => {
    for (const line of lines) {
      const hold = holdOf(line)
      if (line.total > hold.shipped) throw new Error(`Line ${line.line} is returned before it was shipped`)
      hold.returned = Math.max(hold.returned, line.total)
    }
  }
  const loseOne = (): void => {
    const hold = random.pick([...holds.values()])
    if (hold?.state === 'held') hold.state = 'ended'
  }
  return { holds, commit, close, ship, takeBack, loseOne }
}
