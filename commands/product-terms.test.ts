import { expect, test } from 'vitest'
import type { ProductState } from '#domain/product/state.ts'
import { createProductTerms } from './product-terms.ts'

const priced = (unitPrice: number): ProductState => ({
  stage: 'listed',
  description: { name: 'Cup', description: null, brand: null, category: null, attributes: {}, imageUrl: null },
  unitPrice,
  currency: 'EUR',
  priceRevision: 0,
  applied: [],
})

const catalogue = () => {
  let state: ProductState = priced(100)
  let live = true
  let reads = 0
  let release: (() => void) | undefined
  const products = {
    read: async () => {
      reads += 1
      const seen = state
      if (release !== undefined) await new Promise<void>((resolve) => (release = resolve))
      return { results: [], state: seen, revision: 0, position: 0n, at: 0, appendedFrom: null }
    },
  }
  return {
    terms: createProductTerms({ products, isLive: () => live, entriesMax: 2 }),
    reads: () => reads,
    setPrice: (unitPrice: number) => {
      state = priced(unitPrice)
    },
    setLive: (next: boolean) => {
      live = next
    },
    holdReads: () => {
      release = () => undefined
    },
    releaseReads: () => {
      const run = release
      release = undefined
      run?.()
    },
  }
}

test('reads a product once while the subscription is live', async () => {
  const { terms, reads } = catalogue()
  await Promise.all([terms.read('CUP'), terms.read('CUP')])
  expect(await terms.read('CUP')).toEqual({ unitPrice: 100, currency: 'EUR', revision: 0, discontinued: false })
  expect(reads()).toBe(1)
})

test('reads again after a change', async () => {
  const { terms, setPrice } = catalogue()
  await terms.read('CUP')
  setPrice(120)
  terms.changed('CUP')
  expect((await terms.read('CUP'))?.unitPrice).toBe(120)
})

test('does not keep what was read while the price changed', async () => {
  const { terms, setPrice, holdReads, releaseReads } = catalogue()
  holdReads()
  const early = terms.read('CUP')
  setPrice(120)
  terms.changed('CUP')
  releaseReads()
  expect((await early)?.unitPrice).toBe(100)
  expect((await terms.read('CUP'))?.unitPrice).toBe(120)
})

test('uses nothing from memory while the subscription is not live', async () => {
  const { terms, setPrice, setLive } = catalogue()
  await terms.read('CUP')
  setPrice(120)
  setLive(false)
  expect((await terms.read('CUP'))?.unitPrice).toBe(120)
})

test('keeps a bounded number of products', async () => {
  const { terms, reads } = catalogue()
  for (const sku of ['A', 'B', 'C', 'A']) await terms.read(sku)
  expect(reads()).toBe(4)
})
