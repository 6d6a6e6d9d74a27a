import { expect, test } from 'vitest'
import { readModels } from './read-models.ts'

test('each table has a name of its own, also where two are columns of one relation', () => {
  const names = readModels.flatMap(({ tables }) => tables.map(({ name }) => name))
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
