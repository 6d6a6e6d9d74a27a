import { describe, expect, test } from 'vitest'
import { AssertionError } from '../assert.ts'
import { givenFor } from '../testing/dialect.ts'
import type { DescribeProduct, DiscontinueProduct, ListProduct, PriceProduct } from './commands.ts'
import { decideProduct } from './decide.ts'
import type { ProductEvent } from './events.ts'
import { createProductFold } from './evolve.ts'
import { type Description, productMemory } from './state.ts'

const given = givenFor({ createFold: () => createProductFold(), decide: decideProduct })
const at = 1_800_000_000_000
const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

const mug: Description = {
  name: 'Mug',
  description: 'Holds 3 dl.',
  brand: 'Norrland',
  category: 'Kitchen/Mugs',
  attributes: { Colour: 'blue' },
  imageUrl: null,
}
const list: ListProduct = { type: 'ListProduct', commandId: id(1), ...mug, unitPrice: 900, currency: 'EUR' }
const describeAs = (change: Partial<Description>, command = 2): DescribeProduct => ({
  type: 'DescribeProduct',
  commandId: id(command),
  change,
})
const price = (unitPrice: number, command = 3, currency = 'EUR'): PriceProduct => ({
  type: 'PriceProduct',
  commandId: id(command),
  unitPrice,
  currency,
})
const discontinue: DiscontinueProduct = { type: 'DiscontinueProduct', commandId: id(4), reason: null }

const listed: ProductEvent = {
  type: 'ProductListed',
  data: { at, commandId: id(1), ...mug, unitPrice: 900, currency: 'EUR' },
}
const described = (change: Partial<Description>, command = 2): ProductEvent => ({
  type: 'ProductDescribed',
  data: { at, commandId: id(command), ...mug, ...change },
})
const priced = (unitPrice: number, command = 3, then = at): ProductEvent => ({
  type: 'ProductPriced',
  data: { at: then, commandId: id(command), unitPrice, currency: 'EUR' },
})
const discontinued: ProductEvent = { type: 'ProductDiscontinued', data: { at, commandId: id(4), reason: null } }
const over = [listed, discontinued]

describe('ListProduct', () => {
  test('lists a new product', () => given([]).when(list, at).then([listed], { kind: 'done' }))
  test('is refused for a listed product', () =>
    given([listed])
      .when({ ...list, commandId: id(9) }, at)
      .thenRefused({ code: 'already_listed' }))
  test('repeated with the same command id gets the same answer', () => given([listed]).when(list, at).then([]))
  test('is refused for a discontinued product', () =>
    given(over)
      .when({ ...list, commandId: id(9) }, at)
      .thenRefused({ code: 'already_listed' }))
})

describe('DescribeProduct', () => {
  test('changes the given fields and stores the whole description', () => {
    given([listed])
      .when(describeAs({ name: 'Big mug', brand: null }), at)
      .then([described({ name: 'Big mug', brand: null })])
    given([listed, described({ name: 'Big mug' })])
      .when(describeAs({ imageUrl: 'https://images.example/mug.jpg' }, 5), at)
      .then([described({ name: 'Big mug', imageUrl: 'https://images.example/mug.jpg' }, 5)])
  })
  test('replaces attributes as a whole', () =>
    given([listed])
      .when(describeAs({ attributes: { Size: 'L' } }), at)
      .then([described({ attributes: { Size: 'L' } })]))
  test('appends nothing if nothing changes', () => {
    given([listed]).when(describeAs({}), at).then([])
    given([listed])
      .when(describeAs({ name: 'Mug', attributes: { Colour: 'blue' } }), at)
      .then([])
  })
})

describe('PriceProduct', () => {
  test('changes the price', () =>
    given([listed])
      .when(price(800), at)
      .then([priced(800)]))
  test('appends nothing if the price is the same', () => given([listed]).when(price(900), at).then([]))
  test('is refused in another currency', () =>
    given([listed])
      .when(price(800, 3, 'SEK'), at)
      .thenRefused({ code: 'currency_changed', currency: 'EUR' }))
  test('sets the revision of the price, which a description does not change', () => {
    const fold = createProductFold()
    for (const [revision, event] of [listed, priced(800), described({ name: 'Big mug' })].entries())
      fold.apply(event, revision)
    expect(fold.state()).toMatchObject({ stage: 'listed', unitPrice: 800, priceRevision: 1 })
  })
})

describe('DiscontinueProduct', () => {
  test('ends the sale, once', () => {
    given([listed]).when(discontinue, at).then([discontinued])
    given(over)
      .when({ ...discontinue, commandId: id(9) }, at)
      .then([])
  })
  test('makes every later change refused', () => {
    given(over).when(price(800), at).thenRefused({ code: 'discontinued' })
    given(over)
      .when(describeAs({ name: 'Big mug' }), at)
      .thenRefused({ code: 'discontinued' })
  })
})

test('every change of an unknown product is refused', () => {
  for (const command of [describeAs({ name: 'x' }), price(1), discontinue])
    given([]).when(command, at).thenRefused({ code: 'not_listed' })
})

describe('an applied command', () => {
  const again = [listed, priced(800), priced(700, 5)]

  test('is not applied again, even if the price has changed since', () => given(again).when(price(800), at).then([]))
  test('is remembered after the product is discontinued', () =>
    given([listed, priced(800), discontinued])
      .when(price(800), at)
      .then([]))
  test('is forgotten after a day', () => {
    const later = at + productMemory.milliseconds
    given(again)
      .when(price(800), later - 1)
      .then([])
    given(again)
      .when(price(800), later)
      .then([priced(800, 3, later)])
  })
  test('is remembered while it is one of the last thousand', () => {
    const fold = createProductFold()
    fold.apply(listed, 0)
    for (let change = 1; change <= productMemory.entriesMax; change += 1)
      fold.apply(priced(change, 100 + change), change)
    expect(decideProduct(price(5, 101), fold.state(), at).events).toEqual([])
    expect(decideProduct({ ...list }, fold.state(), at)).toMatchObject({ outcome: 'refused' })
  })
})

test('a fold throws at the first event that contradicts the log before it', () => {
  const foldAll = (events: readonly ProductEvent[]) => () => {
    const fold = createProductFold()
    for (const [revision, event] of events.entries()) fold.apply(event, revision)
  }
  const foreign: ProductEvent = { type: 'ProductPriced', data: { at, commandId: id(3), unitPrice: 1, currency: 'SEK' } }
  for (const events of [[priced(1)], [listed, listed], [...over, priced(1)], [listed, foreign]])
    expect(foldAll(events)).toThrow(AssertionError)
})
