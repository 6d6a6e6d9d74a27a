import { providerStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import { driveCheckout } from './checkout/drive.ts'
import type { CheckoutPorts } from './checkout/ports.ts'
import { contextOf, type Origin } from './context.ts'
import type { NoticeWriter } from './notice-stream.ts'
import { applyNotice, isAlreadyRecorded, type ObjectNotice, type PaymentNotice } from './payment-notice.ts'

export type NoticePorts = CheckoutPorts & { readonly notices: NoticeWriter }

/** `followUp` drives the order on. The webhook is answered before that. */
export type RecordNoticeAnswer = { readonly outcome: 'recorded'; readonly followUp: () => Promise<void> }

const nothingFollows = async (): Promise<void> => undefined

/** Keeps a notice whose order is not known, once, in its own stream: ids, type and kind only. */
const keep = async (notice: ObjectNotice, origin: Origin, ports: NoticePorts): Promise<void> => {
  const { eventId: providerEventId, provider, type: eventType, kind, providerObjectId } = notice
  const commandId = derivedId('notice', providerEventId)
  const fields = { commandId, provider, providerEventId, providerObjectId, eventType, kind } as const
  const context = contextOf(origin, commandId)
  await ports.notices.submit(providerStream(providerEventId), [{ type: 'KeepNotice', ...fields }], context)
}

/**
 * Records a notice in its order, or keeps it if the order is not known. Rejects if the provider or the log does not answer:
 * then the webhook is not acknowledged and comes again.
 */
export const recordPaymentNotice = async (
  notice: PaymentNotice,
  origin: Origin,
  ports: NoticePorts,
): Promise<RecordNoticeAnswer> => {
  if (notice.kind === 'other' || isAlreadyRecorded(notice, ports))
    return { outcome: 'recorded', followUp: nothingFollows }
  const reading = await applyNotice(notice, origin, ports)
  if (reading.outcome === 'order_unknown' || reading.outcome === 'unreadable') await keep(notice, origin, ports)
  if (reading.outcome !== 'recorded') return { outcome: 'recorded', followUp: nothingFollows }
  const { run, submitted } = reading
  const { appendedFrom } = submitted
  return {
    outcome: 'recorded',
    followUp: async () => void (await driveCheckout(run, { appendedFrom, submitted }, ports)),
  }
}
