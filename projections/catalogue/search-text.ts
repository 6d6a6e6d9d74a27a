import { type RawBuilder, sql } from 'kysely'

// Turns a shopper's words into text queries, the strictest first: all words, then all words with an unfinished last one,
// then any of the words if no product has them all.

const queryLengthMax = 200
const wordsMax = 16
/** Shorter prefixes match too many products. */
const beginningLengthMin = 3

export type TextQuery = RawBuilder<string>

/** The part of a text that is searched for. Postgres texts cannot contain NUL. */
const readable = (text: string): string => text.slice(0, queryLengthMax).replaceAll('\0', ' ')

const wordsOf = (text: string): readonly string[] =>
  readable(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, wordsMax)

/** The words contain letters and digits only, so `to_tsquery` finds no operator in them. */
const query = (words: readonly string[], operator: '&' | '|', ending = ''): TextQuery =>
  sql<string>`to_tsquery('english', ${words.join(` ${operator} `) + ending})`

/** All words, the last one as a prefix. Undefined if the last one is too short, or is finished by a space. */
export const beginningQuery = (text: string): TextQuery | undefined => {
  const words = wordsOf(text)
  const last = words.at(-1) ?? ''
  if (last.length < beginningLengthMin || !text.endsWith(last)) return undefined
  return query(words, '&', ':*')
}

/** The text queries to try in turn; none if the text has no words. */
export const textQueries = (text: string): readonly TextQuery[] => {
  const words = wordsOf(text)
  if (words.length === 0) return []
  const exact = sql<string>`websearch_to_tsquery('english', ${readable(text)})`
  const beginning = beginningQuery(text)
  return [exact, ...(beginning ? [beginning] : []), query(words, '|')]
}
