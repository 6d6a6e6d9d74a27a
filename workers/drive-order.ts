import { driveCheckout } from '#commands/checkout/drive.ts'
import type { CheckoutPorts } from '#commands/checkout/ports.ts'

/** The actor of what the checkout process does by itself. */
export const checkoutActor = 'system:checkout'

/**
 * Drives an order as far as somebody who appended nothing may, and answers the revision that it then stands at; undefined
 * where it could not be driven, which is said in one line: one order must not keep the others waiting.
 */
export type DriveOrder = (orderId: string) => Promise<number | undefined>

export const createDriveOrder =
  (ports: CheckoutPorts): DriveOrder =>
  async (orderId) => {
    try {
      const { state } = await driveCheckout({ orderId, actor: checkoutActor }, { appendedFrom: null }, ports)
      return state.status === 'none' ? undefined : state.last.revision
    } catch (error) {
      ports.warn(`order ${orderId} cannot be driven: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }
