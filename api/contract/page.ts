import { z } from 'zod'
import type { Page } from '#projections/paging.ts'
import { type Refusal, refuse } from '../problems.ts'

// Lists are answered in pages. A page that is not the last has the cursor of the next one.

const cursorCharactersMax = 1_000
const cursorField = z
  .string()
  .min(1)
  .max(cursorCharactersMax)
  .meta({ description: 'Opaque: the `nextCursor` of the page before.' })

const pageSizeDefault = 20
const pageSizeMax = 100

/** The query fields that ask for a page. */
export const pageFields = {
  limit: z.coerce.number().pipe(z.int().min(1).max(pageSizeMax)).default(pageSizeDefault),
  cursor: cursorField.optional(),
}
export type PageRequest = { readonly limit: number; readonly cursor?: string }

export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() })

export type PageView<Item> = Page<Item>

export type CursorRefusal = Refusal<'invalid_cursor'>
export const unknownCursor: CursorRefusal = refuse(
  'invalid_cursor',
  'The cursor does not belong to this list: send the nextCursor of its last page.',
)
