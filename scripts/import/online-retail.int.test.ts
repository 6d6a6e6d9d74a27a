// The import against real orders, where they are there: revenue by month and country in the read model equals a sum over
// the files computed apart, a second run adds nothing, and the invariants hold over what was written.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { verifyLog } from '#audit/verify/log.ts'
import { verifyReadModels } from '#audit/verify/read-models.ts'
import { createDatabase } from '#platform/postgres/database.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { revenueSoFar } from '#projections/orders/queries.ts'
import { readModels } from '#projections/read-models.ts'
import { readMapping } from './mapping.ts'
import { importOrders, type OrdersReport } from './orders/run.ts'
import { givenWorld } from './testing/given-world.ts'
import { naiveRevenue } from './testing/naive-revenue.ts'
import { projectLog } from './testing/project-log.ts'

const folder = process.env.HOLDFAST_DATA ?? path.join(import.meta.dirname, '../../../shared/data')
const files = ['2010-12', '2011-01'].map((month) => path.join(folder, 'online-retail', `${month}.csv.gz`))
const isThere = files.every((file) => existsSync(file))
const mapping = readMapping('online-retail')
const policy = { type: 'ample' } as const

test.skipIf(!isThere)(
  `past orders of two months become revenue, once${isThere ? '' : ` (skipped: no ${files[0]}; HOLDFAST_DATA names the folder)`}`,
  { timeout: 600_000 },
  async () => {
    const world = await givenWorld()
    const naive = naiveRevenue(files, mapping.orders?.countries ?? {})

    // The months one after the other: cancellations of the second find purchases of the first in the log.
    const reports: OrdersReport[] = []
    for (const file of files)
      reports.push(await importOrders(world, { files: [file], mapping, hash: path.basename(file), policy }))

    const sum = (key: 'orders' | 'lines' | 'returned' | 'returnedPartly'): number =>
      reports.reduce((total, report) => total + report[key], 0)
    const { orders, lines, sold, returned, returnedLines, partly } = naive
    expect([sum('orders'), sum('lines'), sum('returned'), sum('returnedPartly')]).toEqual([
      orders,
      lines,
      returnedLines,
      partly,
    ])
    expect([orders, lines, sold, returned, returnedLines, partly]).toEqual([
      2_631, 74_144, 144_978_058, 9_602_677, 789, 9,
    ])

    await projectLog(world)
    const db = createDatabase(createPool({ url: world.databaseUrl, onError: () => {} }))
    const revenue = await revenueSoFar(db, { from: 0, to: Date.UTC(2100, 0, 1) })
    await db.destroy()
    const byMonthAndCountry = revenue.map((row) => [`${row.month} ${row.country}`, row.sold - row.returned] as const)
    expect(new Map(byMonthAndCountry)).toEqual(naive.byMonthAndCountry)
    expect(revenue.every((row) => row.returned === row.refunded)).toBe(true)

    const { outcomes } = await verifyLog(world.client, world.warn)
    const models = await Array.fromAsync(verifyReadModels(world))
    expect([...outcomes, ...models].flatMap(({ findings }) => findings)).toEqual([])
    expect(models.map(({ checked }) => checked.startsWith('at position'))).toEqual(readModels.map(() => true))

    const again = await importOrders(world, { files, mapping, hash: 'both', policy })
    expect([again.orders, again.lines, again.returned]).toEqual([0, 0, 789])
    const after = await verifyLog(world.client, world.warn)
    expect(after.outcomes.slice(1).map(({ checked }) => checked)).toEqual(
      outcomes.slice(1).map(({ checked }) => checked),
    )
  },
)
