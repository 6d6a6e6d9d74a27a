import type { KeyObject } from 'node:crypto'
import type { Config } from './config.ts'

/** The configuration that a process of the platform needs; `npm start` gives it the embedded stack. */
export type ServerConfig = Config & {
  readonly masterKey: KeyObject
  readonly eventStoreUrl: string
  readonly databaseUrl: string
  readonly stripe: NonNullable<Config['stripe']>
  readonly auth: NonNullable<Config['auth']>
}

/** Throws one line that names every variable that is missing. */
export const requireServers = (config: Config): ServerConfig => {
  const { masterKey, eventStoreUrl, databaseUrl, stripe, auth } = config
  if (masterKey && eventStoreUrl && databaseUrl && stripe && auth)
    return { ...config, masterKey, eventStoreUrl, databaseUrl, stripe, auth }
  const missing = [
    ...(masterKey ? [] : ['MASTER_KEY']),
    ...(eventStoreUrl ? [] : ['EVENTSTORE_URL']),
    ...(databaseUrl ? [] : ['DATABASE_URL']),
    ...(stripe ? [] : ['STRIPE_API_KEY and STRIPE_WEBHOOK_SECRET']),
    ...(auth ? [] : ['AUTH_JWT_SECRET or AUTH_JWKS_URL']),
  ]
  throw new Error(`Set ${missing.join(', ')}: alone this process has no embedded parts, npm start brings them.`)
}
