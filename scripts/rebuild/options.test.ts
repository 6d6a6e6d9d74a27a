import { expect, test } from 'vitest'
import { readModels } from '#projections/read-models.ts'
import { stockProjection } from '#projections/stock/apply.ts'
import { wantedOf } from './options.ts'

const names = readModels.map(({ name }) => name).join(', ')
const plain = { keepOld: false, resume: false, swapAnyway: false }

test('one read model is rebuilt by its name, every one by --all', () => {
  expect(wantedOf(['stock'])).toEqual({ ...plain, projections: [stockProjection] })
  expect(wantedOf(['--all', '--keep-old', '--resume', '--swap-anyway'])).toEqual({
    keepOld: true,
    resume: true,
    swapAnyway: true,
    projections: readModels,
  })
})

test('a wrong command line is refused in one line', () => {
  expect(wantedOf(['stick'])).toEqual({ problem: `No such read model: stick. Read models: ${names}.` })
  const either = { problem: `It takes the name of a read model (${names}), or --all.` }
  expect(wantedOf([])).toEqual(either)
  expect(wantedOf(['stock', '--all'])).toEqual(either)
  expect(wantedOf(['stock', '--fast'])).toMatchObject({ problem: expect.stringContaining("Unknown option '--fast'") })
})
