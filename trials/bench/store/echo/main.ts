// The bare gRPC echo as a process of its own: what the client and the wire alone can do, for `npm run bench` to compare with.
import { startEcho } from './echo.ts'

const echo = await startEcho()
console.log(JSON.stringify({ ready: true, connectionString: echo.connectionString }))
process.once('SIGTERM', () => {
  echo.stop()
  process.exit(0)
})
