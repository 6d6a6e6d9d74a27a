import { type Random, randomOf } from './random.ts'

// The parameters and faults of a seed. Each seed draws its own faults and leaves many of them out, because a fault that is always
// present hides what only shows without it. Probabilities are per call, times in milliseconds.

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

export type Faults = {
  readonly networkMax: number
  readonly requestLost: number
  readonly answerLost: number
  readonly requestTwice: number
  readonly requestLateMax: number

  readonly appendLost: number
  readonly acknowledgementLost: number
  readonly appendTwice: number
  readonly appendSlow: number
  readonly readFails: number
  /** How often a process that loads a stream finds a snapshot, of any age. */
  readonly snapshots: number
  readonly deliveryLateMax: number
  readonly deliveryTwice: number
  readonly subscriptionBroken: number

  readonly crash: number
  readonly restartMax: number
  readonly pause: number
  readonly pauseMax: number
  readonly wallSkewMax: number
  readonly logClockJump: number

  readonly storeFails: number
  readonly commitUnheard: number

  readonly wakeUpNever: number
  readonly wakeUpTwice: number
  readonly wakeUpLateMax: number

  readonly providerFails: number
  readonly providerUnheard: number
  readonly providerSlow: number
  readonly outageMax: number
  /** How long the provider remembers an idempotency key. */
  readonly keyMemory: number
  readonly webhookTwice: number
  readonly webhookLost: number
  readonly webhookLateMax: number
  readonly authorizationLapses: number
  readonly captureFails: number
  readonly refundFails: number
  readonly disputes: number

  readonly poison: boolean
  readonly recount: number
  /** How often a look for a payment object overlooks it: only ever while its key is remembered. */
  readonly overlooks: number
}

const quiet = 0.45

/**
 * Calls that were made without a look reach the provider within 10 s (ownership), a pause and a slow way; keys are
 * remembered for longer than that. Stripe remembers them for a day.
 */
const keyMemoryShort = 30_000

const drawFaults = (random: Random): Faults => {
  const rate = (most: number): number => (random.chance(quiet) ? 0 : random.next() * most)
  const time = (most: number): number => (random.chance(quiet) ? 0 : random.below(most))
  const forgetful = random.chance(0.4)
  return {
    networkMax: random.between(1, 60),
    requestLost: rate(0.2),
    answerLost: rate(0.3),
    requestTwice: rate(0.3),
    requestLateMax: time(20_000),
    appendLost: rate(0.1),
    acknowledgementLost: rate(0.2),
    appendTwice: rate(0.1),
    appendSlow: rate(0.05),
    readFails: rate(0.05),
    snapshots: rate(1),
    deliveryLateMax: time(4_000),
    deliveryTwice: rate(0.2),
    subscriptionBroken: rate(0.05),
    crash: rate(0.004),
    restartMax: random.between(100, 15_000),
    pause: rate(0.002),
    pauseMax: forgetful ? 5_000 : random.between(1_000, 40_000),
    wallSkewMax: random.chance(0.5) ? 3_600_000 : 0,
    logClockJump: rate(0.002),
    storeFails: rate(0.05),
    commitUnheard: rate(0.1),
    wakeUpNever: rate(0.8),
    wakeUpTwice: rate(0.5),
    wakeUpLateMax: time(20_000),
    providerFails: rate(0.15),
    // A provider that forgets keys also falls silent for longer than it remembers them, so that a call without a look is found.
    providerUnheard: forgetful ? random.next() * 0.4 : rate(0.25),
    providerSlow: rate(0.15),
    outageMax: forgetful ? random.between(keyMemoryShort, 3 * keyMemoryShort) : time(60_000),
    keyMemory: forgetful ? keyMemoryShort : 86_400_000,
    webhookTwice: rate(0.5),
    webhookLost: rate(0.5),
    webhookLateMax: time(40_000),
    authorizationLapses: rate(0.3),
    captureFails: rate(0.3),
    refundFails: rate(0.6),
    disputes: rate(0.1),
    poison: random.chance(0.15),
    recount: rate(1),
    overlooks: forgetful ? 0 : rate(1),
  }
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
