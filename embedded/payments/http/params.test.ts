import { expect, test } from 'vitest'
import { z } from 'zod'
import { listFilter, listing, metadata, refusalOf } from './params.ts'

const filterOf = (params: Record<string, unknown>) => listFilter(z.strictObject(listing).parse(params))

test('the bounds of created are whole seconds, exclusive ones moved by one', () => {
  expect(filterOf({ created: '1700000000' })).toMatchObject({ createdFrom: 1_700_000_000, createdTo: 1_700_000_000 })
  expect(filterOf({ created: { gt: '10', lt: '20' } })).toMatchObject({ createdFrom: 11, createdTo: 19 })
  expect(filterOf({ created: { gte: '10', lte: '20' } })).toMatchObject({ createdFrom: 10, createdTo: 20 })
})

test('a page has 10 items unless asked otherwise, and 100 at most', () => {
  expect(filterOf({}).limit).toBe(10)
  expect(z.strictObject(listing).safeParse({ limit: '101' }).success).toBe(false)
})

test('metadata is bounded', () => {
  const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, nth) => [`k${nth}`, 'v']))
  expect(metadata.safeParse(keys(50)).success).toBe(true)
  expect(metadata.safeParse(keys(51)).success).toBe(false)
  expect(metadata.safeParse({ k: 'v'.repeat(501) }).success).toBe(false)
})

test('an error names a nested parameter as the form does', () => {
  const params = { created: '1', nested: { inner: { deep: 'x' } } }
  const schema = z.strictObject({ created: z.string(), nested: z.strictObject({ inner: z.strictObject({}) }) })
  const { error } = schema.safeParse(params)
  expect(error && refusalOf(error, params)).toMatchObject({ code: 'parameter_unknown', param: 'nested[inner][deep]' })
})
