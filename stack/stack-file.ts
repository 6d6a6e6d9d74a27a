import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const stackSchema = z.strictObject({
  pid: z.int(),
  apiUrls: z.array(z.url()).min(1),
  eventStoreUrl: z.string(),
  databaseUrl: z.string(),
  redisUrl: z.string().optional(),
  paymentsUrl: z.string().optional(),
})

/** Where the parts of a running stack are, for the tools that find it through its data folder. */
export type StackAddresses = Readonly<z.infer<typeof stackSchema>>

const fileIn = (dataDir: string): string => path.join(dataDir, 'stack.json')

/** Readable by its user alone, because the database's address has its password. */
export const writeStackFile = (dataDir: string, addresses: StackAddresses): void =>
  writeFileSync(fileIn(dataDir), `${JSON.stringify(addresses, null, 2)}\n`, { mode: 0o600 })

export const removeStackFile = (dataDir: string): void => rmSync(fileIn(dataDir), { force: true })

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The stack that runs on this folder; undefined if none does. */
export const findStack = (dataDir: string): StackAddresses | undefined => {
  try {
    const found = stackSchema.safeParse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8'))).data
    return found && isRunning(found.pid) ? found : undefined
  } catch {
    return undefined
  }
}
