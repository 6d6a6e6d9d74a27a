import { z } from 'zod'

// The payment simulator shows its whole ledger at once, which Stripe does not: verify and the trials hold the log against it.

const chargesSchema = z.object({
  charges: z.array(
    z.object({
      id: z.string(),
      paymentIntent: z.string(),
      metadata: z.record(z.string(), z.string()),
      paymentMethod: z.string(),
      status: z.string(),
      currency: z.string(),
      /** Minor units, as are all amounts here. */
      amount: z.int(),
      captured: z.int(),
      /** Authorized and never captured. */
      released: z.int(),
      refunded: z.int(),
    }),
  ),
})

export type Charge = Readonly<z.infer<typeof chargesSchema>['charges'][number]>

const answerMilliseconds = 30_000

/** Every charge in the ledger of the payment simulator, newest first. Rejects if it does not answer in time. */
export const readCharges = async (paymentsUrl: string, key: string): Promise<readonly Charge[]> => {
  const response = await fetch(`${paymentsUrl}/simulator/charges`, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(answerMilliseconds),
  })
  if (!response.ok) throw new Error(`The payment simulator answered ${response.status} to /simulator/charges.`)
  return chargesSchema.parse(await response.json()).charges
}

/** The charges as entries of a ledger, by the payment that they belong to. */
export const entriesOf = (charges: readonly Charge[]) =>
  charges.map(({ paymentIntent: payment, captured, refunded }) => ({ payment, captured, refunded }))
