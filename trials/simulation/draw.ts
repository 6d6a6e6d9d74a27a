import { drawFaults, type Faults } from './faults.ts'
import { randomOf } from './random.ts'

// The parameters of a seed: how many take part, how much there is, and how long it lasts. `faults.ts` draws what goes wrong.

export type Draw = {
  readonly shoppers: number
  readonly skus: number
  readonly locations: number
  readonly unitsMax: number
  readonly chaosSeconds: number
  readonly ttlSecondsMax: number
  readonly paymentWindowSeconds: number
  readonly manualConfirmSeconds: number
  /** How long the provider stays unreachable after all other faults have ended. After an hour orders need attention. */
  readonly providerAwaySeconds: number
  /** How often a shopper pays by invoice, and how long they have for that. */
  readonly invoices: number
  readonly invoiceDueSeconds: number
  readonly faults: Faults
}

export const drawOf = (seed: number): Draw => {
  const random = randomOf(seed, 'draw')
  return {
    shoppers: random.between(3, 10),
    skus: random.between(1, 3),
    locations: random.chance(0.3) ? 2 : 1,
    unitsMax: random.between(1, 12),
    chaosSeconds: random.between(40, 120),
    ttlSecondsMax: random.between(5, 40),
    paymentWindowSeconds: random.between(10, 40),
    manualConfirmSeconds: random.between(10, 60),
    providerAwaySeconds: random.chance(0.01) ? 3_800 : 0,
    faults: drawFaults(random),
    invoices: random.chance(0.65) ? 0 : random.next(),
    invoiceDueSeconds: random.between(10, 120),
  }
}
