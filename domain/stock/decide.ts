import { unreachable } from '../assert.ts'
import type { Instant } from '../values/instant.ts'
import type { StockCommand, StockDecision } from './commands.ts'
import { closeHold, commitHold, expireDueHolds, extendHold, releaseHold } from './decide-hold.ts'
import { adjustStock, countStock, receiveStock, setSafetyStock } from './decide-levels.ts'
import { reserveStock } from './decide-reserve.ts'
import { returnStock, shipStock } from './decide-shipping.ts'
import type { StockState } from './state.ts'

/** Decides one command on one sku at one location, at log time `at`. */
export const decideStock = (command: StockCommand, state: StockState, at: Instant): StockDecision => {
  switch (command.type) {
    case 'ReserveStock':
      return reserveStock(command, state, at)
    case 'ExtendHold':
      return extendHold(command, state, at)
    case 'CommitHold':
      return commitHold(command, state, at)
    case 'ReleaseHold':
      return releaseHold(command, state, at)
    case 'CloseHold':
      return closeHold(command, state, at)
    case 'ExpireDueHolds':
      return expireDueHolds(command, state, at)
    case 'ShipStock':
      return shipStock(command, state, at)
    case 'ReturnStock':
      return returnStock(command, state, at)
    case 'ReceiveStock':
      return receiveStock(command, state, at)
    case 'AdjustStock':
      return adjustStock(command, state, at)
    case 'CountStock':
      return countStock(command, state, at)
    case 'SetSafetyStock':
      return setSafetyStock(command, state, at)
    default:
      return unreachable(command)
  }
}
