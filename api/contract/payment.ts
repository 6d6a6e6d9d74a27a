import { z } from 'zod'

export const paymentMethodField = z.string().trim().min(1).max(255).meta({
  description:
    "The payment provider's id of a payment method, such as `pm_…`, or `invoice` if payment by invoice is switched on.",
})
