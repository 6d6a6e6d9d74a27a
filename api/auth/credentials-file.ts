import { chmod, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'

// `npm start` writes its credentials to the data folder, where people, the demo and tools find them. In production nothing
// writes this file.

const credentialsSchema = z.strictObject({
  storefrontKey: z.string().min(32),
  staffToken: z.string().min(1),
  adminToken: z.string().min(1),
})
export type Credentials = Readonly<z.infer<typeof credentialsSchema>>

export const credentialsPath = (dataDir: string): string => path.join(dataDir, 'credentials.json')

/** Only the user can read the file, even if it existed before with wider permissions. */
export const writeCredentials = async (dataDir: string, credentials: Credentials): Promise<void> => {
  const file = credentialsPath(dataDir)
  await writeFile(file, `${JSON.stringify(credentialsSchema.parse(credentials), undefined, 2)}\n`, { mode: 0o600 })
  await chmod(file, 0o600)
}

/** The credentials in a data folder. Undefined without the file. Throws a message of one line if the file is damaged. */
export const readCredentials = async (dataDir: string): Promise<Credentials | undefined> => {
  const text = await readFile(credentialsPath(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const parsed = credentialsSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new Error(`${credentialsPath(dataDir)} has no valid credentials: delete it, and the next start writes it.`)
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
