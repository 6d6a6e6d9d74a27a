// `npm start`: the whole platform on the embedded stack, until Ctrl-C.
import path from 'node:path'
import { credentialsPath } from '#api/auth/credentials-file.ts'
import { readConfig } from '#platform/config.ts'
import { describeConfig } from '#platform/config-variables.ts'
import { type Stack, startStack } from './stack/stack.ts'
import { guide } from './start/guide.ts'
import { loadSampleCatalogue } from './start/load-sample.ts'

const help = (): string => {
  const rows = describeConfig()
  const width = Math.max(...rows.map(({ name }) => name.length))
  const lines = rows.map(({ name, takes, unset }) => `  ${name.padEnd(width)}  ${takes} [${unset}]`)
  return `Usage: npm start [-- --help]\n\nEnvironment variables [and what holds when they are not set]:\n${lines.join('\n')}`
}

const say = (line: string): void => console.log(`· ${line}`)

/** Resolves at the first Ctrl-C or SIGTERM, also one that comes while the parts are still starting. */
const stopAsked = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
})

const run = async (): Promise<void> => {
  const config = readConfig(process.env)
  const dataDir = path.resolve(config.dataDir)
  const starting = startStack({ dataDir, config, port: config.port, say })
  const stack = await starting
  const url = stack.addresses.apiUrls[0] ?? ''
  await loadSampleCatalogue({ url, staffToken: stack.credentials.staffToken }, dataDir, say)
  console.log(guide(stack.addresses, path.relative(process.cwd(), credentialsPath(dataDir))))
  await stopAsked
  await stopStack(stack)
}

const stopStack = async (stack: Stack): Promise<void> => {
  say('stopping …')
  await stack.stop()
  say('stopped; the data are kept')
}

if (process.argv.includes('--help')) console.log(help())
else
  run().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error))
      process.exit(1)
    },
  )
