import { expect, test } from 'vitest'
import { amountRefundable, authorizedCharge, captured } from './charge.ts'
import { createRefund, type RefundDecision, settleRefund } from './refund.ts'

const held = authorizedCharge({
  id: 'ch_1',
  intentId: 'pi_1',
  createdAt: 1_700_000_000,
  amount: 1000,
  currency: 'eur',
  metadata: {},
  paymentMethod: 'pm_card_visa',
})

const terms = { id: 're_1', createdAt: 1_700_000_001, metadata: {}, reason: null }

const afterwards = (decision: RefundDecision) => {
  if (decision.kind === 'refused') throw new Error(decision.refusal.message)
  return decision
}

test('a refund without an amount refunds what was captured, not what was released', () => {
  const { refund, charge, events } = afterwards(createRefund(captured(held, 700), { ...terms, amount: null }))
  expect(refund).toMatchObject({ amount: 700, status: 'succeeded' })
  expect(amountRefundable(charge)).toBe(0)
  expect(events).toEqual(['refund.created', 'charge.refunded'])
})

test('partial refunds add up to at most the captured amount', () => {
  const { charge } = afterwards(createRefund(captured(held, 1000), { ...terms, amount: 600 }))
  expect(createRefund(charge, { ...terms, amount: 401 })).toMatchObject({
    kind: 'refused',
    refusal: { param: 'amount' },
  })
  const { charge: empty } = afterwards(createRefund(charge, { ...terms, amount: 400 }))
  expect(createRefund(empty, { ...terms, amount: 1 })).toMatchObject({ refusal: { code: 'charge_already_refunded' } })
})

test('an intent that was not captured cannot be refunded', () => {
  expect(createRefund(held, { ...terms, amount: null })).toMatchObject({ refusal: { code: 'charge_not_refundable' } })
})

test('a refund that the bank returns makes its amount refundable again', () => {
  const { refund, charge } = afterwards(createRefund(captured(held, 1000), { ...terms, amount: 600 }))
  const returned = afterwards(settleRefund(refund, charge, 'failed'))
  expect(returned.refund.status).toBe('failed')
  expect(amountRefundable(returned.charge)).toBe(1000)
  expect(returned.events).toEqual(['refund.updated', 'refund.failed', 'charge.refund.updated'])
})

test('a failed refund stays failed', () => {
  const { refund, charge } = afterwards(createRefund(captured(held, 1000), { ...terms, amount: 600 }))
  const returned = afterwards(settleRefund(refund, charge, 'failed'))
  expect(settleRefund(returned.refund, returned.charge, 'failed').kind).toBe('refused')
  expect(settleRefund(returned.refund, returned.charge, 'succeeded').kind).toBe('refused')
})
