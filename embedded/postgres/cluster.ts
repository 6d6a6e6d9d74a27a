// The data folder: made whole or not at all. `initdb` works in a folder beside, which is renamed when it is done.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { asPostgresAccount, giveToPostgresAccount } from './account.ts'
import { type Binaries, postgresMajor } from './binaries.ts'

export const superuser = 'holdfast'
const passwordBytes = 24

export type Cluster = { readonly folder: string; readonly password: string }

/** Opens the cluster below `dataDir`, or creates it on first use. Throws one clear line if it cannot be used. */
export const openCluster = async (dataDir: string, binaries: Binaries): Promise<Cluster> => {
  const folder = path.join(dataDir, 'cluster')
  const passwordFile = path.join(dataDir, 'password')
  await mkdir(dataDir, { recursive: true })
  const major = await versionOf(folder)
  if (major === undefined) await createCluster({ folder, passwordFile, binaries })
  else if (major !== postgresMajor)
    throw new Error(
      `${folder} was made by Postgres ${major}, this is ${postgresMajor}: move it away, or set DATABASE_URL to a server of that version.`,
    )
  const password = await readFile(passwordFile, 'utf8').catch(() => {
    throw new Error(`${passwordFile} cannot be read: put it back, or move ${dataDir} away to begin with an empty one.`)
  })
  return { folder, password: password.trim() }
}

/** The major version of the cluster in a folder; undefined if there is no folder. */
const versionOf = async (folder: string): Promise<string | undefined> => {
  try {
    return (await readFile(path.join(folder, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (!existsSync(folder)) return undefined
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown'
    throw new Error(
      `${folder} is not a data folder of Postgres (PG_VERSION: ${code}): move it away to begin with an empty one.`,
    )
  }
}

type Making = { readonly folder: string; readonly passwordFile: string; readonly binaries: Binaries }

const createCluster = async ({ folder, passwordFile, binaries }: Making): Promise<void> => {
  const unfinished = `${folder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  await giveToPostgresAccount(unfinished)
  await rm(passwordFile, { force: true })
  await writeFile(passwordFile, `${randomBytes(passwordBytes).toString('base64url')}\n`, { mode: 0o600 })
  const [program, ...args] = asPostgresAccount([
    binaries.initdb,
    `--pgdata=${unfinished}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    // The built-in locale sorts the same on every machine and after every upgrade of its C library.
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ])
  await promisify(execFile)(program, args, { cwd: '/' }).catch((error: Error & { readonly stderr?: string }) => {
    const reason = (error.stderr ?? '').split('\n').find((line) => /error|fatal/i.test(line)) ?? error.message
    throw new Error(`Postgres could not make its data folder ${folder}: ${reason.trim()}`)
  })
  await rename(unfinished, folder)
}
