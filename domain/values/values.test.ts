import fc from 'fast-check'
import { v5 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { derivedId, eventIdOf, idSchema, orderIdOf } from './ids.ts'
import { instantMax, instantSchema, instantText, secondsAfter } from './instant.ts'
import { amountMax, amountSchema, currencySchema, positiveAmountSchema } from './money.ts'
import { locationInputSchema, skuInputSchema, skuSchema } from './names.ts'
import { orderNumberOf } from './order-number.ts'
import { quantityMax, quantitySchema } from './quantity.ts'

const fixed = { seed: 20_240_504 }
const order = '00000000-0000-4000-8000-000000000001'

describe('ids', () => {
  test('are a function of their parts and never change', () => {
    expect(derivedId('order', order)).toBe(orderIdOf(order))
    expect(orderIdOf(order)).toBe('ab4ae739-46de-5bfb-b673-1650a3607e7b')
    expect(eventIdOf([order], 0, '{}')).toBe('fcb67c14-3d0c-5974-8844-2cd9cc6a35a8')
  })

  test('differ if their parts differ', () => {
    expect(derivedId('a', 'bc')).not.toBe(derivedId('ab', 'c'))
    expect(derivedId('a', 1)).not.toBe(derivedId('a', '1'))
    const ids = [eventIdOf([order], 0, '{}'), eventIdOf([order], 1, '{}'), eventIdOf([order], 0, '{ }')]
    expect(new Set([...ids, eventIdOf([order, order], 0, '{}')]).size).toBe(4)
  })

  test('are version 5 UUIDs in the namespace of Holdfast', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (parts) => {
        expect(derivedId(...parts)).toBe(v5(JSON.stringify(parts), '6f1c1de2-3c76-5a0e-9a35-1f2d1b7b0c44'))
      }),
      fixed,
    ))

  test('match the schema of ids', () =>
    fc.assert(
      fc.property(fc.array(fc.string()), (parts) => {
        expect(idSchema.safeParse(derivedId(...parts)).success).toBe(true)
      }),
      fixed,
    ))
})

describe('an order number', () => {
  test('is a function of the order’s id and never changes', () => expect(orderNumberOf(order)).toBe('H5MM-1NCG-31XB'))

  test('has twelve characters without I, L, O and U, in groups of four', () =>
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(orderNumberOf(id)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
      }),
      fixed,
    ))
})

describe('a sku', () => {
  test('is trimmed and upper-cased when people type it', () => {
    expect(skuInputSchema.parse(' mug-7.b_ ')).toBe('MUG-7.B_')
    expect(locationInputSchema.parse('main')).toBe('MAIN')
  })

  test('starts with a letter or digit, has 64 characters at most, and never an @', () => {
    expect(skuInputSchema.safeParse('A'.repeat(64)).success).toBe(true)
    for (const wrong of ['', '-A', '.A', 'A B', 'A@MAIN', 'A/B', 'Ä', 'A'.repeat(65), 'A\n'])
      expect(skuSchema.safeParse(wrong).success, wrong).toBe(false)
    expect(skuSchema.safeParse('mug').success).toBe(false)
  })
})

test('money and quantities are whole and bounded', () => {
  for (const wrong of [-1, 0.5, amountMax + 1, Number.NaN, Number.POSITIVE_INFINITY, '1'])
    expect(amountSchema.safeParse(wrong).success, String(wrong)).toBe(false)
  expect(amountSchema.safeParse(0).success).toBe(true)
  expect(positiveAmountSchema.safeParse(0).success).toBe(false)
  expect(quantitySchema.safeParse(0).success).toBe(false)
  expect(quantitySchema.safeParse(quantityMax + 1).success).toBe(false)
  expect(currencySchema.safeParse('eur').success).toBe(false)
})

test('every instant that the schema accepts has a text', () => {
  expect(instantText(secondsAfter(0, 1))).toBe('1970-01-01T00:00:01.000Z')
  expect(instantText(instantMax)).toBe('+275760-09-13T00:00:00.000Z')
  expect(instantSchema.safeParse(instantMax + 1).success).toBe(false)
})
