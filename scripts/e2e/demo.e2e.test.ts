import { expect, test } from 'vitest'
import { startCommand, stillRunning } from './testing/start-command.ts'

test('given nothing, when the demonstration is run, then every step holds, and it ends by itself and leaves nothing', async () => {
  const demo = startCommand('demo.ts', {})
  const { code, stdout, stderr } = await demo.ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const told of [
    'StockReserved',
    'OrderConfirmed',
    'ReservationsRefused',
    'PaymentDeclined',
    'ReservationExpired',
  ])
    expect(stdout).toContain(told)
  expect(stdout).toContain('Every step did what it says.')
  expect(stillRunning(demo.seenProcesses())).toEqual([])
})
