import { expect, test } from 'vitest'
import type { IntentViewStatus } from '../payment-provider.ts'
import { givenOrder, type OrderWorld, paymentObjects, pays, providerFails, swept } from '../testing/paying.ts'
import { answers, cupsAreFree, refuses } from '../testing/reserving.ts'
import type { Expectation, Step } from '../testing/scenario.ts'

const capturesEndAs =
  (status: IntentViewStatus): Step<OrderWorld> =>
  ({ shop }) =>
    shop.payments.captureAs(status)

const orderEndedByCapture: Expectation<OrderWorld, unknown> = async ({ shop, orderId }) =>
  expect(await shop.order(orderId)).toMatchObject({ status: 'cancelled', reason: 'capture_failed', unsettled: [] })

test('a capture that fails for good ends the order and closes its stock', () =>
  givenOrder(capturesEndAs({ type: 'capture_failed', reason: 'expired_card' }))
    .when(pays())
    .then(refuses('not_payable'), orderEndedByCapture, cupsAreFree))

test('a capture that failed without an answer ends the order as well, once its object is read', () =>
  givenOrder(capturesEndAs({ type: 'declined', declineCode: 'expired_card' }), providerFails('captureIntent', 'after'))
    .when(pays())
    .then(answers({ status: 'pending' }), swept, orderEndedByCapture, paymentObjects('voided'), cupsAreFree))
