import { expect, test } from 'vitest'
import { problemsOfProgress } from './progress.ts'

const at = (projection: string, position: bigint | undefined, stopped?: string) => ({ projection, position, stopped })
const names = ['stock', 'orders']

test('given read models at or beyond the position, then nothing is found', () => {
  const checkpoints = [at('stock', 90n), at('orders', 120n)]
  expect(problemsOfProgress({ checkpoints, parked: [] }, names, 90n)).toEqual([])
})

test('given a read model that is behind, never began, has stopped or has parked a stream, then each is named', () => {
  expect(problemsOfProgress({ checkpoints: [at('stock', 89n)], parked: [] }, names, 90n)).toEqual([
    'read model stock is at position 89, but the log ends at 90',
    'read model orders is at position none, but the log ends at 90',
  ])
  const parked = [{ projection: 'orders', stream: 'order-1', problem: 'it cannot be read' }]
  const checkpoints = [at('stock', 90n, 'too many parked streams'), at('orders', 90n)]
  expect(problemsOfProgress({ checkpoints, parked }, names, 90n)).toEqual([
    'read model stock has stopped: too many parked streams',
    'read model orders has parked order-1: it cannot be read',
  ])
})
