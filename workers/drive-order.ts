import { driveCheckout } from '#commands/checkout/drive.ts'
import type { CheckoutPorts } from '#commands/checkout/ports.ts'
import { errorText } from '#domain/error-text.ts'

/** The actor in events that the workers append for the checkout process. */
export const checkoutActor = 'system:checkout'

/**
 * Drives an order on behalf of no request, and answers its revision after that. Answers undefined and logs one line if the
 * order cannot be driven, so that one order does not stop the others.
 */
export type DriveOrder = (orderId: string) => Promise<number | undefined>

export const createDriveOrder =
  (ports: CheckoutPorts): DriveOrder =>
  async (orderId) => {
    try {
      const { state } = await driveCheckout({ orderId, actor: checkoutActor }, { appendedFrom: null }, ports)
      return state.status === 'none' ? undefined : state.last.revision
    } catch (error) {
      ports.warn(`order ${orderId} cannot be driven: ${errorText(error)}`)
      return undefined
    }
  }
