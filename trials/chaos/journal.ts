// The driver's own record, truth outside the system: each request is on disk before it is sent, each answer before anybody
// acts on it. Whatever dies, this file says what was asked and what was promised.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { z } from 'zod'

const askedSchema = z.object({
  type: z.literal('asked'),
  key: z.string(),
  method: z.string(),
  path: z.string(),
  body: z.unknown(),
})
const answeredSchema = z.object({ type: z.literal('answered'), key: z.string(), status: z.int(), body: z.unknown() })
const lineSchema = z.discriminatedUnion('type', [askedSchema, answeredSchema])

export type Line = z.infer<typeof lineSchema>
type Asked = z.infer<typeof askedSchema>
type Answered = z.infer<typeof answeredSchema>

/** One action of a client: everything sent and heard under one Idempotency-Key. */
export type Exchange = Omit<Asked, 'type'> & { readonly answers: ReadonlyArray<Omit<Answered, 'type' | 'key'>> }

export type Journal = { readonly write: (line: Line) => void; readonly close: () => void }

/** Every line is synced before `write` comes back. */
export const openJournal = (file: string): Journal => {
  const descriptor = openSync(file, 'as')
  return {
    write: (line) => void writeSync(descriptor, `${JSON.stringify(line)}\n`),
    close: () => closeSync(descriptor),
  }
}

/** By key, in the order of their first requests. Throws at a line that is none. */
export const exchangesOf = (lines: Iterable<Line>): readonly Exchange[] => {
  const exchanges = new Map<string, Omit<Asked, 'type'> & { readonly answers: Omit<Answered, 'type' | 'key'>[] }>()
  for (const line of lines)
    if (line.type === 'asked') {
      const { type: _, ...asked } = line
      if (!exchanges.has(line.key)) exchanges.set(line.key, { ...asked, answers: [] })
    } else {
      const { status, body } = line
      exchanges.get(line.key)?.answers.push({ status, body })
    }
  return [...exchanges.values()]
}

export const readJournal = (file: string): readonly Exchange[] =>
  exchangesOf(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => lineSchema.parse(JSON.parse(line))),
  )
