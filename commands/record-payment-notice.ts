import { providerStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import { driveCheckout } from './checkout/drive.ts'
import type { CheckoutPorts } from './checkout/ports.ts'
import { contextOf, type Origin } from './context.ts'
import type { NoticeWriter } from './notice-rules.ts'
import { applyNotice, isOldNews, type ObjectNotice, type PaymentNotice } from './payment-notice.ts'

export type NoticePorts = CheckoutPorts & { readonly notices: NoticeWriter }

/** `followUp` drives the order further; the webhook is answered before it. */
export type RecordNoticeAnswer = { readonly outcome: 'recorded'; readonly followUp: () => Promise<void> }

const nothingFollows = async (): Promise<void> => undefined

/** Keeps a notice whose order is not known: ids, type and kind only, in a stream of its own, once. */
const keep = async (notice: ObjectNotice, origin: Origin, ports: NoticePorts): Promise<void> => {
  const { eventId: providerEventId, provider, type: eventType, kind, providerObjectId } = notice
  const commandId = derivedId('notice', providerEventId)
  const fields = { commandId, provider, providerEventId, providerObjectId, eventType, kind } as const
  const context = contextOf(origin, commandId)
  await ports.notices.submit(providerStream(providerEventId), [{ type: 'KeepNotice', ...fields }], context)
}

/**
 * Records a notice, or keeps it where its order is unknown. Rejects where the provider or the log cannot be asked: then
 * the webhook is not acknowledged, and comes again.
 */
export const recordPaymentNotice = async (
  notice: PaymentNotice,
  origin: Origin,
  ports: NoticePorts,
): Promise<RecordNoticeAnswer> => {
  if (notice.kind === 'other' || isOldNews(notice, ports)) return { outcome: 'recorded', followUp: nothingFollows }
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
