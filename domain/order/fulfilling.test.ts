import { describe, expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import {
  cancelOrder,
  command,
  id,
  lines,
  placeOrder,
  requestPayment,
  returnOrder,
  sale,
  shipOrder,
} from '../testing/order-fixtures.ts'
import { scenario } from '../testing/scenario.ts'
import { decideOrder } from './decide.ts'

const oneMug = [{ sku: 'MUG', quantity: 1 }]
const deliver = command('DeliverOrder')

describe('shipping', () => {
  test('ships all remaining units if no lines are given', () => {
    const { order } = scenario([...sale, shipOrder('part', oneMug), shipOrder('rest')])
    expect(order.status).toBe('shipped')
    expect(order.shipments.map((shipment) => shipment.lines)).toEqual([
      [{ line: 0, quantity: 1 }],
      [
        { line: 0, quantity: 1 },
        { line: 1, quantity: 1 },
      ],
    ])
  })

  test('leaves the order confirmed until every unit is shipped, and keeps the total of each hold so far', () => {
    const { order } = scenario([...sale, shipOrder('one', oneMug), shipOrder('two', oneMug)])
    expect(order.status).toBe('confirmed')
    expect(order.unsettled).toMatchObject([
      { kind: 'ship', lines: [{ line: 0, quantity: 1, total: 1 }] },
      { kind: 'ship', lines: [{ line: 0, quantity: 1, total: 2 }] },
    ])
  })

  test('spreads a sku over the lines that have it', () => {
    const twoLines = lines.map((line) => ({ ...line, sku: 'MUG' }))
    const { order } = scenario([...sale, shipOrder('ship', [{ sku: 'MUG', quantity: 3 }])], {
      first: placeOrder({ lines: twoLines }),
    })
    expect(order.shipments[0]?.lines).toEqual([
      { line: 0, quantity: 2 },
      { line: 1, quantity: 1 },
    ])
  })

  test.each([
    ['more than is left', sale, [{ sku: 'MUG', quantity: 3 }], 'quantity_exceeds_unshipped'],
    ['more in two entries than is left', sale, [...oneMug, { sku: 'MUG', quantity: 2 }], 'quantity_exceeds_unshipped'],
    ['a sku that the order does not have', sale, [{ sku: 'SOFA', quantity: 1 }], 'line_not_found'],
    ['nothing', sale, [], 'not_shippable'],
    ['an order before its sale', [requestPayment()], null, 'not_shippable'],
    ['an order after its end', [...sale, cancelOrder], null, 'not_shippable'],
    ['units that are shipped already', [...sale, shipOrder('all')], null, 'not_shippable'],
  ] as const)('is refused for %s', (_, commands, wanted, code) => {
    given(scenario(commands).events).when(shipOrder('ship', wanted), 2_000).thenRefused({ code })
  })

  test('repeated with the same command id ships once and gets the same answer', () => {
    const first = scenario([...sale, shipOrder('one', oneMug)])
    const again = decideOrder(shipOrder('one', oneMug), first.order, 9_000)
    expect(again).toEqual({
      outcome: 'accepted',
      events: [],
      answer: { status: 'confirmed', made: { type: 'shipment', shipmentId: first.order.shipments[0]?.shipmentId } },
    })
  })
})

describe('delivering', () => {
  test('is recorded once, after all units are shipped', () => {
    const delivered = [...sale, shipOrder(), deliver]
    expect(scenario(delivered).order.status).toBe('delivered')
    expect(scenario([...delivered, { ...deliver, commandId: id('again') }]).outcomes.at(-1)).toEqual([])
    given(scenario([...sale, shipOrder('part', oneMug)]).events)
      .when(deliver, 2_000)
      .thenRefused({ code: 'not_deliverable' })
  })
})

describe('returning', () => {
  test('takes back shipped units; the order is returned when all units are', () => {
    const part = [...sale, shipOrder(), deliver, returnOrder('part', oneMug)]
    expect(scenario(part).order.status).toBe('delivered')
    const rest = returnOrder('rest', [...oneMug, { sku: 'LAMP', quantity: 1 }], false)
    const { order } = scenario([...part, rest])
    expect(order.status).toBe('returned')
    expect(order.unsettled.slice(1)).toMatchObject([
      { kind: 'return', restock: true, lines: [{ line: 0, quantity: 1, total: 1 }] },
      {
        kind: 'return',
        restock: false,
        lines: [
          { line: 0, quantity: 1, total: 2 },
          { line: 1, quantity: 1, total: 1 },
        ],
      },
    ])
  })

  test('is refused for more than was shipped', () => {
    const part = scenario([...sale, shipOrder('part', oneMug)]).events
    given(part)
      .when(returnOrder('two', [{ sku: 'MUG', quantity: 2 }]), 2_000)
      .thenRefused({ code: 'quantity_exceeds_shipped' })
    given(part)
      .when(returnOrder('other', [{ sku: 'SOFA', quantity: 1 }]), 2_000)
      .thenRefused({ code: 'line_not_found' })
    given(part).when(returnOrder('nothing', []), 2_000).thenRefused({ code: 'not_returnable' })
    given(scenario(sale).events).when(returnOrder('one', oneMug), 2_000).thenRefused({ code: 'not_returnable' })
  })
})
