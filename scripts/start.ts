// `npm start`: the whole platform on the embedded stack, until Ctrl-C.

import { once } from 'node:events'
import path from 'node:path'
import { credentialsPath } from '#api/auth/credentials-file.ts'
import { errorText } from '#domain/error-text.ts'
import { readConfig } from '#platform/config.ts'
import { describeConfig } from '#platform/config-variables.ts'
import { startStack } from '#stack/stack.ts'
import { guide } from './start/guide.ts'
import { loadSampleCatalogue } from './start/load-sample.ts'

const help = (): string => {
  const rows = describeConfig()
  const width = Math.max(...rows.map(({ name }) => name.length))
  const lines = rows.map(({ name, takes, unset }) => `  ${name.padEnd(width)}  ${takes} [${unset}]`)
  return `Usage: npm start [-- --help]\n\nEnvironment variables [and what holds when they are not set]:\n${lines.join('\n')}`
}

const say = (line: string): void => console.log(`· ${line}`)

/** Aborted by the first Ctrl-C or SIGTERM, also by one that comes while the parts are still starting. */
const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort())
const { signal } = stopping

const run = async (): Promise<void> => {
  const config = readConfig(process.env)
  const dataDir = path.resolve(config.dataDir)
  const stack = await startStack({ dataDir, config, port: config.port, say, signal })
  try {
    const api = { url: stack.addresses.apiUrls[0] ?? '', staffToken: stack.credentials.staffToken, signal }
    await loadSampleCatalogue(api, dataDir, say)
    console.log(guide(stack.addresses, credentialsPath(dataDir)))
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    say('stopping …')
    await stack.stop()
  }
}

const stopped = (): never => {
  say('stopped; the data are kept')
  process.exit(0)
}

if (process.argv.includes('--help')) console.log(help())
else
  run().then(stopped, (error: unknown) => {
    // What was cut short by the wish to stop is no failure.
    if (signal.aborted) stopped()
    console.error(errorText(error))
    process.exit(1)
  })
