import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const root = path.dirname(path.dirname(import.meta.dirname))
export const read = (name: string): string => readFileSync(path.join(root, name), 'utf8')

const serviceSchema = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  restart: z.string().optional(),
})
const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.unknown()),
  networks: z.record(z.string(), z.unknown()),
})

/** What docker-compose.yml says, its anchors merged and its `${…}` as written. */
export const composeDocument: unknown = parse(read('docker-compose.yml'), { merge: true })
export const compose = composeSchema.parse(composeDocument)

/** A file of `NAME=value` lines, as .env is. */
export const parseEnvironment = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from(text.matchAll(/^([A-Z_]+)=(.*)$/gm), ([, name = '', value = '']) => [name, value]))

const reference = /\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g

export const referencesIn = (text: string): ReadonlySet<string> =>
  new Set(Array.from(text.matchAll(reference), ([, name = '']) => name))

/** `${NAME}`, `${NAME:-default}` and `${NAME:?problem}`, as Compose fills them in. */
export const interpolate = (text: string, environment: Readonly<Record<string, string>>): string =>
  text.replaceAll(reference, (_, name: string, kind: string | undefined, rest: string) => {
    const value = environment[name] ?? ''
    if (value === '' && kind === '?') throw new Error(`${name}: ${rest}`)
    return value === '' && kind === '-' ? rest : value
  })
