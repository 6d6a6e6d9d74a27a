import type { Origin } from '#commands/context.ts'
import type { PaymentNotice } from '#commands/payment-notice.ts'
import { ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import { type NoticePorts, recordPaymentNotice } from '#commands/record-payment-notice.ts'
import { waitForOthers } from '#commands/wait-for-others.ts'
import { type Refusal, refuse } from '../problems.ts'
import type { UnderWay } from './under-way.ts'

/** Longer than a payment takes in this process. After it the object is read from the provider in any case. */
const ownWorkMillisecondsMax = 2_000

/**
 * Most webhooks are about a payment that this process is just making. Once that work has ended, the order knows the result and
 * the provider need not be asked. Only if the webhook says more than the order knows is the object read.
 */
const ownWorkEnded = async (notice: PaymentNotice, underWay: UnderWay): Promise<void> => {
  if (notice.kind !== 'intent' || notice.hint === undefined) return
  await underWay.ended(notice.hint.orderId, ownWorkMillisecondsMax)
}

export type NoticeWiring = NoticePorts & { readonly pause: (milliseconds: number) => Promise<void> }

/** Records the notice of a verified webhook, of any provider. `actor`: the name of the provider. */
export const receiveNotice = async (
  notice: PaymentNotice,
  origin: Origin,
  ports: NoticeWiring,
  underWay: UnderWay,
): Promise<'received' | Refusal<'unavailable'>> => {
  await ownWorkEnded(notice, underWay)
  await waitForOthers(notice, ports)
  try {
    const { followUp } = await recordPaymentNotice(notice, origin, ports)
    // The follow-up runs after the answer. If this process cannot finish it, the workers do.
    followUp().catch((error: unknown) => ports.warn(`after a webhook: ${String(error)}`))
    return 'received'
  } catch (error) {
    if (!(error instanceof ProviderOutcomeUnknown)) throw error
    ports.warn(`${notice.type} (${notice.eventId}) has to be sent again: ${error.message}`)
    return refuse('unavailable', 'The object cannot be read from the payment provider now: send the webhook again.')
  }
}
