import { describe, expect, test } from 'vitest'
import { changeOrder } from '#commands/change-order.ts'
import { contextOf } from '#commands/context.ts'
import { type PaymentProvider, ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import { recordTransfer, reportTransfer } from '#commands/record-transfer.ts'
import { id, type MemoryPlatform, origin } from '#commands/testing/memory-platform.ts'
import { drive, openShop, pay, placed, sweepFor, total } from '#commands/testing/shop.ts'
import { orderStream } from '#domain/streams.ts'
import type { Invoice } from './invoice.ts'
import { createMemoryInvoices } from './memory-store.ts'
import { dueSeconds, giveBackAll, invoicesUnderTest, receive } from './testing/under-test.ts'

// The special cases of invoices: the money arrives days later, and people transfer it.

const openOffice = async () => {
  const shop = await openShop()
  const { store, all } = createMemoryInvoices()
  const under = invoicesUnderTest({ store, all: async () => all() }, shop.now)
  const boot = () => {
    const { transfers } = under
    if (transfers === undefined) throw new Error('no transfers')
    return { ...shop.boot({ provider: under.provider }), transfers }
  }
  return { shop, boot, provider: under.provider, invoice: (): Invoice | undefined => all()[0] }
}
type Office = Awaited<ReturnType<typeof openOffice>>

const sold = async ({ boot }: Office): Promise<string> => {
  const orderId = await placed(boot())
  await pay(orderId, boot(), { paymentMethod: 'invoice' })
  return orderId
}
const cancel = (orderId: string, { boot }: Office) =>
  changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), boot())
const attentionOf = async (orderId: string, shop: MemoryPlatform) =>
  (await shop.order(orderId)).attention.map(({ reason, state }) => `${reason} ${state}`)

describe('an order paid by invoice', () => {
  test('is authorized at once, commits its stock, and waits for the transfer', async () => {
    const office = await openOffice()
    const { shop, boot } = office
    const orderId = await placed(boot())
    expect(await pay(orderId, boot())).toMatchObject({ status: 'authorized' })
    expect(await pay(orderId, boot())).toMatchObject({ status: 'authorized' })
    expect(shop.typesOf(orderStream(orderId))).toEqual([
      'OrderPlaced',
      'PaymentRequested',
      'PaymentIntentCreated',
      'PaymentAuthorized',
      'OrderStockCommitted',
    ])
    expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 2 })
    expect(shop.wakeUps.at(-1)).toEqual({ orderId, at: shop.now() + dueSeconds * 1_000 })
  })

  test('is left alone until its due date; then it calls for attention, once', async () => {
    const office = await openOffice()
    const { shop, boot } = office
    const orderId = await sold(office)
    await shop.pass(dueSeconds - 1)
    await drive(orderId, boot())
    expect(await attentionOf(orderId, shop)).toEqual([])
    await shop.pass(1)
    for (let look = 0; look < 3; look += 1) await drive(orderId, boot())
    expect(await attentionOf(orderId, shop)).toEqual(['payment_overdue open'])
    expect(shop.typesOf(orderStream(orderId)).filter((type) => type === 'OrderNeedsAttention')).toHaveLength(1)

    await changeOrder(orderId, { type: 'ResolveAttention', action: 'resume', reason: 'wait' }, origin('again'), boot())
    expect(await attentionOf(orderId, shop)).toEqual(['payment_overdue open'])
  })

  test('that is overdue is sold when the money comes, and needs no attention then', async () => {
    const office = await openOffice()
    const { shop, boot } = office
    const orderId = await sold(office)
    await shop.pass(dueSeconds)
    await drive(orderId, boot())
    expect(await receive(orderId, boot())).toMatchObject({ outcome: 'changed', status: 'confirmed' })
    expect(await attentionOf(orderId, shop)).toEqual([])
  })

  test('that is overdue can be cancelled, and needs no attention then', async () => {
    const office = await openOffice()
    const { shop, boot, invoice } = office
    const orderId = await sold(office)
    await shop.pass(dueSeconds)
    await drive(orderId, boot())
    await cancel(orderId, office)
    expect(await attentionOf(orderId, shop)).toEqual([])
    expect(invoice()?.isVoid).toBe(true)
    expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
  })

  test('keeps what the bank says out of the log', async () => {
    const office = await openOffice()
    const { shop, boot, invoice } = office
    const orderId = await sold(office)
    await receive(orderId, boot())
    expect(invoice()?.transfer).toMatchObject({ reference: 'RF18 5390 0754 7034', date: '2027-01-20' })
    expect(
      JSON.stringify(shop.log.all(), (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
    ).not.toContain('RF18')
  })
})

describe('a transfer', () => {
  test('of another amount is refused, and says what is due', async () => {
    const office = await openOffice()
    const orderId = await sold(office)
    const short = await receive(orderId, office.boot(), { amount: total - 1 })
    expect(short).toEqual({ code: 'amount_differs', due: total })
    expect(office.invoice()?.transfer).toBeNull()
  })

  test('recorded again is the same one; another is refused', async () => {
    const office = await openOffice()
    const { shop, boot } = office
    const orderId = await sold(office)
    const both = await Promise.all([receive(orderId, boot()), receive(orderId, boot())])
    expect(both).toMatchObject([{ status: 'confirmed' }, { status: 'confirmed' }])
    const another = await receive(orderId, boot(), { name: 'another' })
    expect(another).toEqual({ code: 'already_recorded', date: '2027-01-20', isSameLine: true })
    const later = { orderId, refundId: null, amount: total, reference: 'again', date: '2027-01-21' }
    expect(await recordTransfer(later, origin('later'), boot())).toEqual({ ...another, isSameLine: false })
    expect(shop.typesOf(orderStream(orderId)).filter((type) => type === 'PaymentCaptured')).toHaveLength(1)
  })

  test('for an order without an invoice, or without this refund, is refused', async () => {
    const office = await openOffice()
    const orderId = await placed(office.boot())
    expect(await receive(orderId, office.boot())).toEqual({ code: 'not_expected' })
    const back = { orderId, refundId: id('none'), amount: 1, reference: 'x', date: '2027-01-20' }
    expect(await recordTransfer(back, origin('back'), office.boot())).toEqual({ code: 'not_expected' })
  })

  test('for a missing order, or while invoices are switched off, says so', async () => {
    const { boot } = await openOffice()
    expect(await receive(id('nobody'), boot())).toEqual({ code: 'order_not_found' })
    const off = { ...boot(), transfers: undefined }
    const transfer = { orderId: id('nobody'), refundId: null, amount: total, reference: 'x', date: '2027-01-20' }
    expect(await recordTransfer(transfer, origin('off'), off)).toEqual({ code: 'switched_off' })
  })

  test('of another amount for an invoice that is paid names the one that is recorded', async () => {
    const office = await openOffice()
    const orderId = await sold(office)
    await receive(orderId, office.boot())
    const more = await receive(orderId, office.boot(), { name: 'more', amount: total + 1 })
    expect(more).toMatchObject({ code: 'already_recorded' })
  })

  test('that was stored but not reported to its order is reported later', async () => {
    const office = await openOffice()
    const { shop, boot } = office
    const orderId = await sold(office)
    const silent = { ...shop.log, append: () => Promise.reject(new Error('the log is away')) }
    const cut = { ...boot(), ...shop.boot({ log: silent }), providers: boot().providers, transfers: boot().transfers }
    const lost = expect(receive(orderId, cut)).rejects.toThrow()
    await shop.pass(3)
    await lost
    expect((await shop.order(orderId)).status).toBe('authorized')

    const ports = boot()
    const unreported = await ports.transfers.unreported(10)
    expect(unreported).toMatchObject([{ provider: 'invoice', kind: 'intent' }])
    for (const notice of unreported) await reportTransfer(notice, origin('reported'), ports)
    expect((await shop.order(orderId)).status).toBe('confirmed')
    expect(await ports.transfers.unreported(10)).toEqual([])
  })
})

describe('a refund of an invoice', () => {
  test('stays in the attention list until staff have transferred it', async () => {
    const office = await openOffice()
    const { shop, boot } = office
    const orderId = await sold(office)
    await receive(orderId, boot())
    await cancel(orderId, office)
    await sweepFor(orderId, { ...shop, boot })
    expect(await attentionOf(orderId, shop)).toEqual(['refund_by_hand open'])
    expect((await shop.order(orderId)).refunds).toMatchObject([{ phase: 'requested', provider: 'invoice' }])

    await giveBackAll(orderId, boot())
    expect(await attentionOf(orderId, shop)).toEqual([])
    expect((await shop.order(orderId)).refunds).toMatchObject([{ phase: 'refunded', amount: total }])
  })

  test('beside another one stays visible until both are transferred', async () => {
    const office = await openOffice()
    const { shop, boot } = office
    const orderId = await sold(office)
    await receive(orderId, boot())
    for (const amount of [1_000, 500]) {
      const refund = { type: 'RefundOrder', scope: { type: 'amount', amount }, reason: 'late' } as const
      await changeOrder(orderId, refund, origin(`refund ${amount}`), boot())
    }
    const [first] = (await shop.order(orderId)).refunds
    const statement = { reference: 'back', date: '2027-01-21' }
    const wrong = { orderId, refundId: first?.refundId ?? '', amount: 999, ...statement }
    expect(await recordTransfer(wrong, origin('wrong'), boot())).toEqual({ code: 'amount_differs', due: 1_000 })
    await recordTransfer({ ...wrong, amount: 1_000 }, origin('first'), boot())
    expect(await recordTransfer({ ...wrong, amount: 1_000 }, origin('second'), boot())).toMatchObject({
      code: 'already_recorded',
    })
    expect(await attentionOf(orderId, shop)).toEqual(['refund_by_hand open'])
    const [left, done] = [...(await shop.order(orderId)).refunds].reverse()
    const [{ detail, subject } = {}] = (await shop.order(orderId)).attention
    expect(subject).toBe(left?.refundId)
    expect(detail).toContain(left?.refundId)
    expect(detail).not.toContain(done?.refundId)
    await giveBackAll(orderId, boot())
    expect((await shop.order(orderId)).refunds.map(({ phase }) => phase)).toEqual(['refunded', 'refunded'])
    expect(await attentionOf(orderId, shop)).toEqual([])
  })

  test('whose first call got no answer is not stopped by another one that waits for staff', async () => {
    const office = await openOffice()
    const { shop, boot, provider } = office
    const orderId = await sold(office)
    await receive(orderId, boot())
    const commands = [1_000, 500].map(
      (amount) =>
        ({
          type: 'RefundOrder',
          commandId: id(`${amount}`),
          scope: { type: 'amount', amount },
          reason: 'late',
        }) as const,
    )
    await boot().orders.submit(orderStream(orderId), commands, contextOf(origin('refunds'), orderId))
    const [, second] = (await shop.order(orderId)).refunds
    const unheard: PaymentProvider = {
      ...provider,
      findRefund: async (wanted) => {
        if (wanted.refundId === second?.refundId) throw new ProviderOutcomeUnknown('no answer')
        return provider.findRefund(wanted)
      },
    }
    await shop.pass(11)
    await drive(orderId, { ...boot(), providers: { invoice: unheard } })
    await sweepFor(orderId, { ...shop, boot })
    expect(await attentionOf(orderId, shop)).toEqual(['refund_by_hand open', 'refund_by_hand open'])
    const back = { orderId, refundId: second?.refundId ?? '', amount: 500, reference: 'back', date: '2027-01-21' }
    expect(await recordTransfer(back, origin('back'), boot())).toMatchObject({ outcome: 'changed' })
  })
})
