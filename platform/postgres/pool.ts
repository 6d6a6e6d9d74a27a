import pg from 'pg'

const connectionsMax = 10
/** Time for a query to end; longer ones are cancelled by the server, so that none holds a connection for ever. */
const statementMilliseconds = 30_000
const connectMilliseconds = 5_000
const idleMilliseconds = 30_000
const idleInTransactionMilliseconds = 60_000

export type PoolOptions = {
  readonly url: string
  readonly connections?: number
  readonly statementMilliseconds?: number
  /** Where unqualified names lie; the default is the server's, `public`. */
  readonly schema?: string
  /** Called with the error of a connection that broke while idle. The pool replaces it by itself. */
  readonly onError: (error: Error) => void
}

const int8 = pg.types.builtins.INT8

/** bigint columns hold positions, amounts, levels and milliseconds: a number, or an error, never a rounded one. */
const safeInteger = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond what a number holds exactly`)
  return value
}

/** A pool with bounds for everything that can wait. */
export const createPool = ({
  url,
  connections = connectionsMax,
  schema,
  onError,
  ...options
}: PoolOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectMilliseconds,
    idleTimeoutMillis: idleMilliseconds,
    statement_timeout: options.statementMilliseconds ?? statementMilliseconds,
    idle_in_transaction_session_timeout: idleInTransactionMilliseconds,
    application_name: 'holdfast',
    ...(schema === undefined ? {} : { options: `-c search_path=${schema}` }),
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === int8 && format !== 'binary' ? safeInteger : pg.types.getTypeParser(oid, format),
    },
  })
  pool.on('error', onError)
  // The pool listens only to idle connections. An error of a connection in use would end the process, although its query
  // already rejects.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}
