import type { SuiteSettings } from '../measuring/contender.ts'
import type { Scenario } from './reservation-shop.ts'

/** More units than a round can sell. */
const unitsMany = 1_000_000
const unitsManyQuick = 100_000

const connectionsOverHttp = 250
/** Rounds over HTTP are longer, so that bursts of projection work and garbage collections even out. */
const lengthFactorOverHttp = 2

const formatted = (count: number): string => count.toLocaleString('en-US')

const oneSku = (units: number, load: Scenario['load']): Scenario => {
  const clients =
    load.kind === 'steady' ? `${formatted(load.clients)} clients steady` : `burst of ${formatted(load.clients)}`
  return { title: `One hot sku, ${clients}, stock ${formatted(units)}`, skus: 1, units, load }
}

/** One sku that everybody wants, under steady load and in bursts, and many skus that few want. */
export const scenariosFor = ({ seconds, quick }: SuiteSettings): readonly Scenario[] => {
  const steady = { kind: 'steady', clients: 1_000, milliseconds: seconds * 1_000 } as const
  return [
    oneSku(quick ? unitsManyQuick : unitsMany, steady),
    oneSku(100, { kind: 'burst', clients: 1_000 }),
    oneSku(100, { kind: 'burst', clients: 10_000 }),
    { title: '10,000 cold skus, 1,000 clients steady, stock 1,000 each', skus: 10_000, units: 1_000, load: steady },
  ]
}

export const scenarioOverHttp = ({ seconds }: SuiteSettings): Scenario => ({
  title: `One hot sku over HTTP, ${connectionsOverHttp} connections steady, stock ${formatted(unitsMany)}`,
  skus: 1,
  units: unitsMany,
  load: { kind: 'steady', clients: connectionsOverHttp, milliseconds: seconds * lengthFactorOverHttp * 1_000 },
})
