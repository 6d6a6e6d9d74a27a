// Starts a server and holds it until this process is killed: `hold.ts postgres|redis DATA_DIR`. Prints its URL.
import { startPostgres } from '../postgres/start.ts'
import { startRedis } from '../redis/start.ts'

const [name, dataDir = ''] = process.argv.slice(2)
const server = await (name === 'postgres' ? startPostgres : startRedis)({ dataDir, port: 0 })
process.stdout.write('url' in server ? server.url : server.unavailable)
