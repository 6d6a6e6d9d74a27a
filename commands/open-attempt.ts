import { errorText } from '#domain/error-text.ts'
import { currentAttempt, isOpen } from '#domain/order/attempts.ts'
import type { KnownAttempt } from '#domain/order/state.ts'
import { type Driven, driveCheckout } from './checkout/drive.ts'
import type { CheckoutPorts, OrderRun } from './checkout/ports.ts'
import { isOutcomeUnknown } from './checkout/provider-effects.ts'
import { recordIntent } from './checkout/record.ts'
import type { OrderSubmitted } from './order-stream.ts'
import { ProviderRefused } from './payment-provider.ts'
import { providerNamed } from './payment-providers.ts'

// A shopper's answer to their bank reaches the provider first. The order learns it by a webhook, which can be late or lost.
// So a call about a payment in progress reads the provider's object again.

type Waiting = KnownAttempt & { readonly phase: 'requires_action' }

/** Reads the object of an attempt that waits for its shopper, records its state, and drives the order on. */
const readWaiting = async (
  attempt: Waiting,
  known: Pick<OrderSubmitted, 'state' | 'position'>,
  run: OrderRun,
  ports: CheckoutPorts,
): Promise<Driven> => {
  const unchanged = { ...known, clientSecret: null, othersAtWork: false }
  try {
    const provider = providerNamed(attempt.provider, ports)
    const view = await provider.readIntent(attempt.providerObjectId)
    if (view.status.type === 'requires_action') return { ...unchanged, clientSecret: view.clientSecret }
    const submitted = await recordIntent({ attempt: attempt.attempt, provider: provider.name, view }, run, ports)
    if (submitted === undefined) return unchanged
    return await driveCheckout(run, { appendedFrom: submitted.appendedFrom, submitted }, ports)
  } catch (error) {
    if (!isOutcomeUnknown(error) && !(error instanceof ProviderRefused)) throw error
    ports.warn(`order ${run.orderId}: its payment cannot be read: ${errorText(error)}`)
    return unchanged
  }
}

/**
 * The order after a look at its open attempt. If the attempt waits for its shopper, its object is read at the provider,
 * with one call; any other open attempt is driven, unless it belongs to another process. If the object cannot be read, the
 * order stays as it was: failures of the provider do not reject.
 */
export const lookAtOpenAttempt = async (
  known: Pick<OrderSubmitted, 'state' | 'position'>,
  run: OrderRun,
  ports: CheckoutPorts,
): Promise<Driven> => {
  const { state } = known
  const attempt = state.status === 'none' ? undefined : currentAttempt(state)
  if (attempt === undefined || !isOpen(attempt)) return { ...known, clientSecret: null, othersAtWork: false }
  if (attempt.phase === 'requires_action')
    return readWaiting({ ...attempt, phase: 'requires_action' }, known, run, ports)
  return driveCheckout(run, { appendedFrom: null }, ports)
}
