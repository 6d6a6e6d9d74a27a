import { unreachable } from '#domain/assert.ts'
import { encodeEvent } from '#domain/codec.ts'
import type { ProviderEvent } from '#domain/provider/events.ts'
import { orderStream, providerStream } from '#domain/streams.ts'
import { derivedId, eventIdOf, idSchema } from '#domain/values/ids.ts'
import { driveCheckout } from './checkout/drive.ts'
import type { CheckoutPorts, Run } from './checkout/ports.ts'
import { recordFact, recordIntent } from './checkout/record.ts'
import { contextOf, type Origin } from './context.ts'
import type { OrderSubmitted } from './order-rules.ts'
import type { EventLog } from './ports.ts'

// What a provider's webhook tells is that something happened, not what is true now: the object is read again, and what it
// says is recorded in its order's own stream, where doubles and any order of arrival change nothing.

/** A verified webhook, reduced to ids. `orderId`, `attempt` and `refundId` are what we wrote on the object. */
export type PaymentNotice = {
  readonly eventId: string
  readonly type: string
} & (
  | {
      readonly kind: 'intent'
      readonly providerObjectId: string
      readonly orderId: string | undefined
      readonly attempt: number | undefined
    }
  | {
      readonly kind: 'refund'
      readonly providerObjectId: string
      readonly paymentObjectId: string | undefined
      readonly orderId: string | undefined
      readonly refundId: string | undefined
    }
  | { readonly kind: 'dispute'; readonly providerObjectId: string; readonly paymentObjectId: string | undefined }
  | { readonly kind: 'other'; readonly providerObjectId: string | undefined }
)

export type NoticePorts = CheckoutPorts & { readonly log: EventLog }

/** `followUp` drives the order further; the webhook is answered before it. */
export type Recorded = { readonly outcome: 'recorded'; readonly followUp: () => Promise<void> }

const nothingFollows = async (): Promise<void> => undefined

/** Keeps a notice whose order is not known: ids and type only, in a stream of its own, once. */
const keep = async (
  notice: PaymentNotice & { readonly providerObjectId: string },
  origin: Origin,
  ports: NoticePorts,
): Promise<void> => {
  const at = ports.logTime.now()
  if (at === undefined) throw new Error('log time is not known yet')
  const { eventId: providerEventId, type: eventType, providerObjectId } = notice
  const commandId = derivedId('notice', providerEventId)
  const data = { at, commandId, provider: 'stripe', providerEventId, providerObjectId, eventType } as const
  const event: ProviderEvent = { type: 'ProviderEventReceived', data }
  const encoded = encodeEvent(event)
  const { correlationId, causationId, actor } = contextOf(origin, commandId)
  const metadata = { $correlationId: correlationId, $causationId: causationId, actor }
  const id = eventIdOf([commandId], 0, encoded.json)
  // A conflict means that this very notice is kept already.
  await ports.log.append(providerStream(providerEventId), -1, [{ id, ...encoded, metadata }])
}

/** Objects that failed for this refund before, and of which the notice does not speak. */
const otherFailedObjects = async (
  told: string,
  refundId: string,
  orderId: string,
  ports: NoticePorts,
): Promise<readonly string[]> => {
  const { state } = await ports.orders.read(orderStream(orderId))
  if (state.status === 'none') return []
  return state.refunds
    .filter((refund) => refund.refundId === refundId)
    .flatMap(({ objects }) => objects)
    .filter(({ providerObjectId, failed }) => failed && providerObjectId !== told)
    .map(({ providerObjectId }) => providerObjectId)
}

const recordRefund = async (
  notice: Extract<PaymentNotice, { readonly kind: 'refund' }>,
  run: Run,
  ports: NoticePorts,
): Promise<OrderSubmitted | undefined> => {
  const { paymentObjectId, refundId } = notice
  if (paymentObjectId === undefined || refundId === undefined) return undefined
  const { orderId } = run
  const failedObjectIds = await otherFailedObjects(notice.providerObjectId, refundId, orderId, ports)
  const view = await ports.provider.findRefund({ orderId, refundId, paymentObjectId, failedObjectIds })
  if (view === undefined || view.status.type === 'pending') return undefined
  const { providerObjectId, amount, status } = view
  const fact = { refundId, provider: ports.provider.name, paymentObjectId, providerObjectId, amount }
  return status.type === 'failed'
    ? recordFact({ type: 'RecordRefundFailed', ...fact, reason: status.reason }, run, ports)
    : recordFact({ type: 'RecordRefunded', ...fact }, run, ports)
}

const recordInOrder = async (
  notice: Extract<PaymentNotice, { readonly kind: 'intent' | 'refund' }>,
  run: Run,
  ports: NoticePorts,
): Promise<OrderSubmitted | undefined> => {
  if (notice.kind === 'refund') return recordRefund(notice, run, ports)
  if (notice.attempt === undefined) return undefined
  return recordIntent(notice.attempt, await ports.provider.readIntent(notice.providerObjectId), run, ports)
}

/**
 * Records a notice, or keeps it where its order is unknown. Rejects where the provider or the log cannot be asked: then
 * the webhook is not acknowledged, and comes again.
 */
export const recordPaymentNotice = async (
  notice: PaymentNotice,
  origin: Origin,
  ports: NoticePorts,
): Promise<Recorded> => {
  switch (notice.kind) {
    case 'intent':
    case 'refund': {
      const { orderId } = notice
      // Objects that somebody else made with the same account are none of ours.
      if (!idSchema.safeParse(orderId).success || orderId === undefined) break
      const run = { ...origin, orderId }
      const submitted = await recordInOrder(notice, run, ports)
      if (submitted === undefined) break
      if (submitted.state.status === 'none') {
        await keep(notice, origin, ports)
        break
      }
      const { appendedFrom } = submitted
      return {
        outcome: 'recorded',
        followUp: async () => void (await driveCheckout(run, { appendedFrom, submitted }, ports)),
      }
    }
    case 'dispute':
      await keep(notice, origin, ports)
      break
    case 'other':
      break
    default:
      return unreachable(notice)
  }
  return { outcome: 'recorded', followUp: nothingFollows }
}
