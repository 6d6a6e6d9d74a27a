import { expect, test } from 'vitest'
import { readModels } from './read-models.ts'

test('each table has a unique name, even if two share a relation', () => {
  const names = readModels.flatMap(({ tables }) => tables.map(({ name }) => name))
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
