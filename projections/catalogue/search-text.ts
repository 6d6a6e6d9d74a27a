import { type RawBuilder, sql } from 'kysely'

// How a shopper's words become a text query, strictest first. All words have to be there, and the last may be unfinished;
// only where no product has them all is one of them enough.

const queryLengthMax = 200
const wordsMax = 16
/** Shorter beginnings match too much to be worth the time. */
const prefixLengthMin = 3

export type TextQuery = RawBuilder<string>

const wordsOf = (text: string): readonly string[] =>
  text
    .slice(0, queryLengthMax)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, wordsMax)

/** The text queries to try in turn; empty where the text has no words. */
export const textQueries = (text: string): readonly TextQuery[] => {
  const words = wordsOf(text)
  const last = words.at(-1)
  if (last === undefined) return []
  const exact = sql<string>`websearch_to_tsquery('english', ${text.slice(0, queryLengthMax)})`
  const loose = sql<string>`to_tsquery('english', ${words.join(' | ')})`
  const unfinished = /[\p{L}\p{N}]$/u.test(text) && last.length >= prefixLengthMin
  if (!unfinished) return [exact, loose]
  return [exact, sql<string>`to_tsquery('english', ${`${words.join(' & ')}:*`})`, loose]
}
