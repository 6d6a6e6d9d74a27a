import { z } from 'zod'

// A cursor holds the sort values of the last row of a page and is opaque to callers. The next page starts after these
// values, so no row is repeated or left out if others are inserted or deleted in between.

export type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor?: string }

const cursorLengthMax = 1_000
const valuesSchema = z.array(z.union([z.string().max(500), z.number()])).max(4)
export type CursorValues = z.infer<typeof valuesSchema>

export const encodeCursor = (values: CursorValues): string => Buffer.from(JSON.stringify(values)).toString('base64url')

const parse = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}

/** The values of a cursor, or undefined if the text is not a cursor of this schema. */
export const decodeCursor = <Values extends CursorValues>(
  cursor: string,
  schema: z.ZodType<Values>,
): Values | undefined => {
  if (cursor.length > cursorLengthMax) return undefined
  const parsed = schema.safeParse(parse(cursor))
  return parsed.success ? parsed.data : undefined
}

/** Makes a page of `limit` rows. `rows` has one row more if there is a next page. */
export const pageOf = <Item>(
  rows: readonly Item[],
  limit: number,
  valuesOf: (item: Item) => CursorValues,
): Page<Item> => {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return rows.length > limit && last !== undefined ? { items, nextCursor: encodeCursor(valuesOf(last)) } : { items }
}

/** The answer of a query to a cursor that is not its own. */
export type UnknownCursor = { readonly code: 'unknown_cursor' }
export const unknownCursor: UnknownCursor = { code: 'unknown_cursor' }
