import { expect, test } from 'vitest'
import { parseMapping, readMapping } from './mapping.ts'

test('the mappings that are built in are found by name', () => {
  expect(readMapping('online-retail').orders?.countries['United Kingdom']).toBe('GB')
  expect(readMapping('icecat').catalogue?.price).toEqual({ field: 'price', unit: 'minor', currency: 'EUR' })
})

test.each([
  ['{', /^m\.json: not JSON: /],
  ['{"name": "Shop", "format": "csv"}', /^m\.json: name: lower-case letters, digits and dashes, at most 40$/],
  ['{"name": "shop", "format": "xml"}', /^m\.json: format: /],
  [
    '{"name": "shop", "format": "csv", "catalogue": {"sku": "a", "skuPattern": "(", "name": "b"}}',
    /^m\.json: catalogue\.skuPattern: not a regular expression/,
  ],
])('a mapping that is wrong is told in one line: %s', (source, line) => {
  expect(() => parseMapping(source, 'm.json')).toThrow(line)
})

test('a name that is neither built in nor a file is told', () => {
  expect(() => readMapping('nowhere')).toThrow('--map takes online-retail, icecat or a file, not "nowhere".')
})
