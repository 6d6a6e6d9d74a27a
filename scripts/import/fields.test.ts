import { expect, test } from 'vitest'
import { instantOf, minorUnitsOf, textOf, wholeNumberOf } from './fields.ts'

test.each([
  ['2.55', 255],
  ['0.29', 29],
  ['1.005', undefined],
  ['8.50000', 850],
  ['12', 1_200],
  ['-1.5', -150],
  ['1,50', undefined],
  ['', undefined],
])('a price of %j in major units is %j', (text, units) => {
  expect(minorUnitsOf(text, 'major')).toBe(units)
})

test.each([
  ['2010-12-01 08:26:00', Date.UTC(2010, 11, 1, 8, 26)],
  ['2010-12-01', Date.UTC(2010, 11, 1)],
  ['2010-12-01T08:26:00+01:00', Date.UTC(2010, 11, 1, 7, 26)],
  ['2010-13-01', undefined],
  ['01/12/2010', undefined],
])('the date %j is %j', (text, instant) => {
  expect(instantOf(text)).toBe(instant)
})

test('whole numbers only; a customer like 17850.0 loses its zero by the mapping', () => {
  expect([wholeNumberOf('-6'), wholeNumberOf('6.0'), wholeNumberOf('6.5'), wholeNumberOf('')]).toEqual([
    -6,
    6,
    undefined,
    undefined,
  ])
  expect(textOf({ CustomerID: '17850.0' }, { field: 'CustomerID', remove: /\.0$/ })).toBe('17850')
})

test('a path reaches into an object, a column with a dot in its name comes first', () => {
  expect(textOf({ attributes: { colour: 'red' } }, { field: 'attributes.colour' })).toBe('red')
  expect(textOf({ 'a.b': 'own', a: { b: 'inner' } }, { field: 'a.b' })).toBe('own')
  expect(textOf({ a: null }, { field: 'a.b.c' })).toBe('')
})
