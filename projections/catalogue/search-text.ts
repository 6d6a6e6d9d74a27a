import { type RawBuilder, sql } from 'kysely'

// How a shopper's words become a text query, strictest first. All words have to be there, and the last may be unfinished;
// only where no product has them all is one of them enough.

const queryLengthMax = 200
const wordsMax = 16
/** Shorter beginnings match too much to be worth the time. */
const beginningLengthMin = 3

export type TextQuery = RawBuilder<string>

/** What of a text is looked at; Postgres has no sign for NUL. */
const readable = (text: string): string => text.slice(0, queryLengthMax).replaceAll('\0', ' ')

const wordsOf = (text: string): readonly string[] =>
  readable(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, wordsMax)

/** Words have no sign that `to_tsquery` would take for an operator. */
const query = (words: readonly string[], operator: '&' | '|', ending = ''): TextQuery =>
  sql<string>`to_tsquery('english', ${words.join(` ${operator} `) + ending})`

/** All words, the last of them as the beginning of a word; undefined where it is too short, or finished by a space. */
export const beginningQuery = (text: string): TextQuery | undefined => {
  const words = wordsOf(text)
  const last = words.at(-1) ?? ''
  if (last.length < beginningLengthMin || !text.endsWith(last)) return undefined
  return query(words, '&', ':*')
}

/** The text queries to try in turn; empty where the text has no words. */
export const textQueries = (text: string): readonly TextQuery[] => {
  const words = wordsOf(text)
  if (words.length === 0) return []
  const exact = sql<string>`websearch_to_tsquery('english', ${readable(text)})`
  const beginning = beginningQuery(text)
  return [exact, ...(beginning ? [beginning] : []), query(words, '|')]
}
