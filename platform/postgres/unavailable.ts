// A database that is away says so in many ways: refused and broken sockets, waits that ran out, servers that stop, start or
// have no connection left. Here they become one error, so that callers can tell "try again" from a defect.

import type { DatabaseConnection, Driver } from 'kysely'
import pg from 'pg'
import { errorText } from '#domain/error-text.ts'

/** The database could not be asked, or went away while it was: safe to try again where the work itself is. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
}

/** By SQLSTATE class: connection exceptions, insufficient resources, operator intervention (time-outs among it). */
const passingClasses: ReadonlySet<string> = new Set(['08', '53', '57'])

/** Errors that the server raises have a SQLSTATE of five characters; all others come from the connection. */
const isPassing = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) || passingClasses.has(error.code?.slice(0, 2) ?? '')

const asUnavailable = (error: unknown): unknown =>
  isPassing(error) ? new DatabaseUnavailable(errorText(error), { cause: error }) : error

/** The driver, whose connections reject with `DatabaseUnavailable` where the database is away. */
export const tellingUnavailable = (driver: Driver): Driver => {
  const known = new WeakSet<DatabaseConnection>()
  // The driver knows its connections by identity, so each is changed in place, once.
  const telling = (connection: DatabaseConnection): DatabaseConnection => {
    if (known.has(connection)) return connection
    known.add(connection)
    const execute = connection.executeQuery.bind(connection)
    connection.executeQuery = async (query, options) => {
      try {
        return await execute(query, options)
      } catch (error) {
        throw asUnavailable(error)
      }
    }
    return connection
  }
  return {
    init: (options) => driver.init(options),
    acquireConnection: async (options) => {
      try {
        return telling(await driver.acquireConnection(options))
      } catch (error) {
        throw asUnavailable(error)
      }
    },
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    releaseConnection: (connection, options) => driver.releaseConnection(connection, options),
    destroy: (options) => driver.destroy(options),
  }
}
