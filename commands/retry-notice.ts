import type { NoticeKind } from '#domain/provider/events.ts'
import { providerStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import type { ProviderName } from '#domain/values/names.ts'
import { driveCheckout } from './checkout/drive.ts'
import { contextOf } from './context.ts'
import { applyNotice } from './payment-notice.ts'
import { providerNamed } from './payment-providers.ts'
import type { NoticePorts } from './record-payment-notice.ts'

/** A notice that is kept because its order was not known. */
export type KeptNotice = {
  readonly provider: ProviderName
  readonly providerEventId: string
  readonly eventType: string
  readonly providerObjectId: string
  /** Null in notices that were stored before this field was added. */
  readonly kind: NoticeKind | null
}

/**
 * Retries a kept notice. A notice that turns out to belong to another system counts as applied, because it waits for nothing.
 * Recording the same fact twice changes nothing. Rejects if the provider or the log does not answer.
 */
export const retryNotice = async (
  kept: KeptNotice,
  actor: string,
  ports: NoticePorts,
): Promise<'applied' | 'waiting'> => {
  const { provider, providerEventId: eventId, eventType: type, providerObjectId } = kept
  const kind = kept.kind ?? providerNamed(provider, ports).kindOfNotice(type)
  const origin = { commandId: derivedId('apply-notice', eventId), actor }
  const reading = await applyNotice({ eventId, provider, type, kind, providerObjectId }, origin, ports)
  if (reading.outcome !== 'recorded' && reading.outcome !== 'not_ours') return 'waiting'
  const { commandId } = origin
  const context = contextOf(origin, derivedId('notice', eventId))
  await ports.notices.submit(providerStream(eventId), [{ type: 'ApplyNotice', commandId }], context)
  if (reading.outcome === 'recorded') {
    const { run, submitted } = reading
    await driveCheckout(run, { appendedFrom: submitted.appendedFrom, submitted }, ports)
  }
  return 'applied'
}
