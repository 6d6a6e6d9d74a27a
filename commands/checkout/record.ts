import type { NeedAttention, OrderCommand } from '#domain/order/commands.ts'
import { attentionDetailMax } from '#domain/order/events.ts'
import { orderStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import type { ProviderName } from '#domain/values/names.ts'
import { contextOf } from '../context.ts'
import type { OrderSubmitted } from '../order-stream.ts'
import type { IntentView } from '../payment-provider.ts'
import type { CheckoutPorts, OrderRun } from './ports.ts'

type WithoutId<Command> = Command extends unknown ? Omit<Command, 'commandId'> : never
export type OrderFact = WithoutId<OrderCommand>

/**
 * Submits a fact to the order. The command's id is a function of the fact, so the same fact from several processes is
 * recorded once. `occasion` distinguishes equal facts that may be recorded again.
 */
export const recordFact = (
  fact: OrderFact,
  run: OrderRun,
  ports: CheckoutPorts,
  occasion = 0,
): Promise<OrderSubmitted> => {
  const commandId = derivedId('fact', run.orderId, JSON.stringify(fact), occasion)
  const context = contextOf({ ...run, commandId }, run.orderId)
  return ports.orders.submit(orderStream(run.orderId), [{ ...fact, commandId }], context)
}

/** Records the state of the provider's object. Undefined while the provider is still processing it. */
export const recordIntent = (
  { attempt, provider, view }: { readonly attempt: number; readonly provider: ProviderName; readonly view: IntentView },
  run: OrderRun,
  ports: CheckoutPorts,
): Promise<OrderSubmitted> | undefined => {
  const { status, providerObjectId } = view
  if (status.type === 'processing') return undefined
  const amount = status.type === 'captured' ? status.capturedAmount : view.amount
  const { manualConfirmSeconds } = ports
  return recordFact(
    {
      type: 'RecordIntentStatus',
      attempt,
      provider,
      providerObjectId,
      amount,
      status,
      manualConfirmSeconds,
    },
    run,
    ports,
  )
}

/** Calls for attention. A detail that is too long for the event is cut. */
export const callForAttention = (
  call: Omit<NeedAttention, 'type' | 'commandId'> & { readonly occasion: number },
  run: OrderRun,
  ports: CheckoutPorts,
): Promise<OrderSubmitted> => {
  const { occasion, ...fact } = call
  const detail = call.detail.slice(0, attentionDetailMax)
  return recordFact({ type: 'NeedAttention', ...fact, detail }, run, ports, occasion)
}
