// `npm run import`: real data through the real commands; see --help and docs/import.md.
import { errorText } from '#domain/error-text.ts'
import { readConfig } from '#platform/config.ts'
import { openStack } from '#stack/open-stack.ts'
import { type ImportArguments, parseArguments, usage } from './import/arguments.ts'
import { importCatalogue } from './import/catalogue/run.ts'
import { importHash } from './import/import-hash.ts'
import { readMapping } from './import/mapping.ts'
import { createMeter } from './import/meter.ts'
import { importOrders } from './import/orders/run.ts'
import { catalogueTable, lagLine, ordersTable } from './import/report.ts'
import { openImportTarget } from './import/target.ts'

const run = async (wanted: ImportArguments): Promise<void> => {
  const config = readConfig(process.env)
  const { kind, files, policy, dataDir = config.dataDir } = wanted
  const mapping = readMapping(wanted.map)
  const hash = await importHash(wanted, mapping)
  const stack = await openStack({ ...config, dataDir }, 'make')
  try {
    console.log(`Importing ${kind} into ${stack.description}.`)
    const world = await openImportTarget(
      stack,
      { ...config, dataDir },
      {
        meter: createMeter,
        warn: (line) => console.error(line),
      },
    )
    try {
      if (kind === 'catalogue') console.log(catalogueTable(await importCatalogue(world, { files, mapping, hash })))
      else console.log(ordersTable(await importOrders(world, { files, mapping, hash, policy })))
      console.log(lagLine(await world.lag()))
    } finally {
      await world.close()
    }
  } finally {
    await stack.stop()
  }
}

try {
  const wanted = parseArguments(process.argv.slice(2))
  if (wanted === 'help') console.log(usage)
  else await run(wanted)
} catch (error) {
  console.error(errorText(error))
  process.exitCode = 1
}
