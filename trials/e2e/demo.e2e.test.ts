import { expect, test } from 'vitest'
import { eventually } from '../shop/retry.ts'
import { startCommand, stillRunning } from './testing/start-command.ts'

test('when the demonstration is run, then every step is as it says, and it ends by itself and leaves no process', async () => {
  // The demonstration's private stack must not use the settings of the user's own environment.
  const settings = {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    AUTH_JWKS_URL: 'https://none.invalid/',
    PORT: '1',
  }
  const demo = startCommand('demo.ts', settings)
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
  await eventually(
    async () => stillRunning(demo.seenProcesses()),
    (left) => left.length === 0,
  )
})
