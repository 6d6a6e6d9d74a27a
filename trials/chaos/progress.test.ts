import { expect, test } from 'vitest'
import { missingFrom } from './progress.ts'

const at = (projection: string, position: bigint | undefined, stopped?: string) => ({ projection, position, stopped })
const names = ['stock', 'orders']

test('given read models at the end of the log, or beyond what was read of it, then nothing is missing', () => {
  const checkpoints = [at('stock', 90n), at('orders', 120n)]
  expect(missingFrom({ checkpoints, parked: [] }, names, 90n)).toEqual([])
})

test('given one that stands still, has stopped, never began or has parked a stream, then each is named', () => {
  expect(missingFrom({ checkpoints: [at('stock', 89n)], parked: [] }, names, 90n)).toEqual([
    'stock stands at 89, and the log has 90',
    'orders stands at nothing, and the log has 90',
  ])
  const parked = [{ projection: 'orders', stream: 'order-1', problem: 'it cannot be read' }]
  expect(missingFrom({ checkpoints: [at('stock', 90n, 'too much'), at('orders', 90n)], parked }, names, 90n)).toEqual([
    'stock has stopped: too much',
    'orders has parked order-1: it cannot be read',
  ])
})
