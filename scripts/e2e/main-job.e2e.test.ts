import { expect, test } from 'vitest'
import { useStack } from './testing/stack.ts'

const running = useStack({ workers: 0 })

test('smoke', async () => {
  const { shopper, stack, said } = running()
  console.log(said, stack.addresses, (await shopper.get('/health/ready')).body)
  expect((await shopper.get('/health/live')).status).toBe(200)
})
