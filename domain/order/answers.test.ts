import { describe, expect, test } from 'vitest'
import {
  captureFailed,
  declined,
  id,
  intent,
  lines,
  refundFact,
  requestPayment,
  sale,
} from '../testing/order-fixtures.ts'
import { scenario } from '../testing/scenario.ts'
import { paymentSummary, totalOf } from './answers.ts'
import type { OrderCommand } from './commands.ts'

const refunded = (amount: number): OrderCommand => ({
  type: 'RecordRefunded',
  commandId: id('refunded'),
  ...refundFact,
  amount,
})

describe('the status of a payment', () => {
  test.each([
    ['none', [], null],
    ['pending', [requestPayment(), intent('created')], null],
    ['requires_action', [requestPayment(), intent('requires_action')], null],
    ['authorized', [requestPayment(), intent('authorized')], null],
    ['declined', [requestPayment(), intent(declined)], 'insufficient_funds'],
    ['declined', [requestPayment(), intent(declined), intent('voided')], 'insufficient_funds'],
    ['voided', [requestPayment(), intent('voided')], null],
    ['voided', [requestPayment(), intent(captureFailed)], null],
    ['captured', sale, null],
    ['partially_refunded', [...sale, refunded(100)], null],
    ['refunded', [...sale, refunded(5_500)], null],
  ] as const)('is %s', (status, commands, declineCode) => {
    expect(paymentSummary(scenario(commands).order)).toMatchObject({ status, declineCode })
  })

  test('a total is the sum of the lines in minor units', () => {
    expect(totalOf(lines)).toBe(5_500)
    expect(totalOf([])).toBe(0)
  })
})
