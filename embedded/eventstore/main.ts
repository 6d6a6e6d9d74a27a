// The event store node as a process of its own. Prints one line of JSON when it is ready, or one line on stderr why it is not.

import path from 'node:path'
import { parseArgs } from 'node:util'
import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js'
import { errorText } from '#domain/error-text.ts'
import { serveHealth } from './health.ts'
import { type EventStoreNode, startEventStoreNode } from './node.ts'

const host = '127.0.0.1'
const usage = `Usage: npm run eventstore -- [--port 2113] (--data DIR | --memory) [--health-port PORT]
  --port PORT         port of the gRPC protocol on ${host}, 0 for any free one (2113)
  --data DIR          folder of the log, created when missing
  --memory            keep the log in memory, for tests
  --health-port PORT  also answer GET /health/live there`

const fail = (message: string): never => {
  console.error(message)
  process.exit(1)
}

const portOf = (text: string, name: string): number => {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) fail(`--${name} takes a port from 0 to 65535, not "${text}".`)
  return port
}

const readOptions = () => {
  try {
    const options = {
      port: { type: 'string', default: '2113' },
      data: { type: 'string' },
      memory: { type: 'boolean', default: false },
      'health-port': { type: 'string' },
      help: { type: 'boolean', default: false },
    } as const
    return parseArgs({ options }).values
  } catch (error) {
    return fail(`${errorText(error)}\n${usage}`)
  }
}

const main = async (): Promise<void> => {
  const options = readOptions()
  if (options.help) {
    console.log(usage)
    return
  }
  if ((options.data === undefined) === !options.memory) fail(`It takes either --data DIR or --memory.\n${usage}`)
  const port = portOf(options.port, 'port')
  const healthPort = options['health-port'] === undefined ? undefined : portOf(options['health-port'], 'health-port')
  // Resolved also so that a folder named memory is a folder.
  const dataDir = options.data === undefined ? 'memory' : path.resolve(options.data)
  // The node logs its own errors.
  setLogVerbosity(logVerbosity.NONE)
  const node = await startEventStoreNode({ dataDir, port, host: host, log: (line) => console.error(line) })
  const health = healthPort === undefined ? undefined : await serveHealth(host, healthPort)
  stopOnSignal(node, () => health?.stop())
  const { connectionString } = node
  console.log(
    JSON.stringify({
      ready: true,
      pid: process.pid,
      port: node.port,
      healthPort: health?.port,
      connectionString,
      data: dataDir,
    }),
  )
}

const stopOnSignal = (node: EventStoreNode, stopHealth: () => void): void => {
  const stop = (): void => {
    stopHealth()
    node.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(`The event store node did not stop cleanly: ${String(error)}`),
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  // When it was forked: without its parent nobody could stop it, and it would keep the data folder locked.
  process.once('disconnect', stop)
}

main().catch((error: unknown) => fail(errorText(error)))
