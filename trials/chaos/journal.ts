// The clients' own record, outside the system under test. Each request is on disk before it is sent, and each answer before
// anybody acts on it, so the file says what was asked and what was promised, whichever process is killed.
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

type Line = z.infer<typeof lineSchema>
type Asked = z.infer<typeof askedSchema>
type Answered = z.infer<typeof answeredSchema>

/** One action of a client: everything that was sent and answered under one Idempotency-Key. */
export type Exchange = Omit<Asked, 'type'> & { readonly answers: ReadonlyArray<Omit<Answered, 'type' | 'key'>> }

/** Whether the status is a success (2xx). */
export const isSuccess = ({ status }: { readonly status: number }): boolean => status >= 200 && status < 300

/** The body of the exchange's first success; undefined if it had none. */
export const successOf = ({ answers }: Exchange): unknown => answers.find(isSuccess)?.body

export type Journal = { readonly write: (line: Line) => void; readonly close: () => void }

/** `write` returns when the line is synced to disk. */
export const openJournal = (file: string): Journal => {
  const descriptor = openSync(file, 'as')
  return {
    write: (line) => void writeSync(descriptor, `${JSON.stringify(line)}\n`),
    close: () => closeSync(descriptor),
  }
}

/** Groups the lines by key, in the order of the first requests. */
const exchangesOf = (lines: Iterable<Line>): readonly Exchange[] => {
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

/** Throws at a line that is not one of the journal's. */
export const readJournal = (file: string): readonly Exchange[] =>
  exchangesOf(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => lineSchema.parse(JSON.parse(line))),
  )
