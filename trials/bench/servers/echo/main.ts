// The gRPC echo as a process of its own, with which `npm run bench` measures the cost of client and network alone.
import { parseArgs } from 'node:util'
import { listenAsEcho } from './echo.ts'

const { port } = parseArgs({ options: { port: { type: 'string' } } }).values

const stop = await listenAsEcho(Number(port))
console.log(JSON.stringify({ ready: true }))
process.once('SIGTERM', () => {
  stop()
  process.exit(0)
})
