import {
  type ChangeStockPorts,
  type ChangeStockRefusal,
  changeStock,
  type StockChange,
} from '#commands/change-stock.ts'
import type { Origin } from '#commands/context.ts'
import { unreachable } from '#domain/assert.ts'
import { approximateLevels } from '#projections/stock/queries.ts'
import type { ReadDatabase } from '#projections/tables.ts'
import type { StockChangeView, StockCommandRefusal } from '../contract/stock.ts'
import { refuse } from '../problems.ts'

import type { AdjustStockDependencies } from '../routes/stock/adjust-stock.ts'
import type { CountStockDependencies } from '../routes/stock/count-stock.ts'
import type { ReadStockDependencies } from '../routes/stock/read-stock.ts'
import type { ReceiveStockDependencies } from '../routes/stock/receive-stock.ts'
import type { SetSafetyStockDependencies } from '../routes/stock/set-safety-stock.ts'

type Place = { readonly sku: string; readonly location?: string | undefined }

const refusalOf = (refusal: ChangeStockRefusal): StockCommandRefusal => {
  switch (refusal.code) {
    case 'unknown_sku':
      return refuse('unknown_sku', `The sku ${refusal.sku} is not listed: list the product first.`)
    case 'unknown_location':
      return refuse('unknown_location', `${refusal.location} is not a location of this platform.`)
    case 'below_zero':
      return refuse('exceeds_stock', `Only ${refusal.onHand} units are on hand, and no more can be removed.`)
    case 'out_of_stock':
    case 'reservation_conflict':
    case 'reservation_closed':
    case 'hold_unknown':
    case 'hold_expired':
    case 'hold_lost':
    case 'hold_committed':
      throw new Error(`A change of levels cannot be refused as ${refusal.code}`)
    default:
      return unreachable(refusal)
  }
}

type StockUseCases = ReadStockDependencies &
  ReceiveStockDependencies &
  AdjustStockDependencies &
  CountStockDependencies &
  SetSafetyStockDependencies

export const wireStock = (ports: ChangeStockPorts, db: ReadDatabase): StockUseCases => {
  const change = async (
    { sku, location = ports.locations[0] ?? '' }: Place,
    wanted: StockChange,
    origin: Origin,
  ): Promise<StockChangeView | StockCommandRefusal> => {
    const changed = await changeStock({ sku, location }, wanted, origin, ports)
    if ('code' in changed) return refusalOf(changed)
    const { onHand, held, committed } = changed.levels
    return { sku, location, onHand, held, committed, position: changed.position }
  }
  return {
    receiveStock: (command, origin) => change(command, { type: 'ReceiveStock', quantity: command.quantity }, origin),
    adjustStock: (command, origin) => {
      const { quantity, reason } = command
      return change(command, { type: 'AdjustStock', quantity, reason }, origin)
    },
    countStock: (command, origin) => {
      const { quantity, reason } = command
      return change(command, { type: 'CountStock', quantity, reason }, origin)
    },
    setSafetyStock: (command, origin) =>
      change(command, { type: 'SetSafetyStock', quantity: command.quantity }, origin),
    levelsOfSku: async (sku) => {
      const levels = await approximateLevels(db, sku)
      return levels.map(({ location, on_hand, held, committed, safety, available, shortfall }) => ({
        location,
        onHand: on_hand,
        held,
        committed,
        safety,
        available,
        shortfall,
      }))
    },
  }
}
