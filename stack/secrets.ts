import { type KeyObject, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { newMasterKey, parseMasterKey } from '#platform/keys.ts'

const secretsSchema = z.strictObject({
  masterKey: z.string().min(32),
  jwtSecret: z.string().min(32),
  paymentKey: z.string().startsWith('sk_test_'),
  webhookSecret: z.string().startsWith('whsec_'),
})

/** The embedded stack's own secrets: made once, kept beside its data, readable by its user alone. */
export type StackSecrets = Readonly<z.infer<typeof secretsSchema>>

const made = (): StackSecrets => ({
  masterKey: newMasterKey(),
  jwtSecret: randomBytes(32).toString('base64url'),
  paymentKey: `sk_test_${randomBytes(16).toString('hex')}`,
  webhookSecret: `whsec_${randomBytes(16).toString('hex')}`,
})

/** Throws one line where the file is damaged: without its master key no personal data can be opened again. */
export const stackSecrets = (dataDir: string): StackSecrets => {
  const file = path.join(dataDir, 'secrets.json')
  try {
    writeFileSync(file, `${JSON.stringify(made(), null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error
  }
  try {
    return secretsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    throw new Error(`${file} is damaged: restore it from a backup, for it holds the key to all personal data.`)
  }
}

/** The key to the embedded stack's personal data, for tools that work on its folder. */
export const masterKeyOf = (dataDir: string): KeyObject => {
  const key = parseMasterKey(stackSecrets(dataDir).masterKey)
  if (key === undefined) throw new Error(`${dataDir}: the master key is neither base64 nor hexadecimal.`)
  return key
}
