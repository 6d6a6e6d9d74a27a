import type { Random } from './random.ts'

// The faults of a seed. Each seed draws its own and leaves many of them out, because a fault that is always present hides what only
// shows without it. Probabilities are per call, times in milliseconds.
//
// To add a fault: name it in `Faults`, draw it at the end of `drawFaults` (a draw in the middle would change all later ones of every
// seed), and switch it off in `none`. The simulated server or connection that has the fault asks `faults()` at each call.

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
  /** How long accepted events stay unreadable. A real server showed 6 ms at the median and 56 ms at most. */
  readonly visibilityGapMax: number
  /** How often the event store refuses an append for good, as it does one that is too large. */
  readonly appendRefused: number
  /** The part of payment attempts that the provider never accepts. */
  readonly createRefused: number
}

const quiet = 0.45

/**
 * Calls that were made without a look reach the provider within 10 s (ownership), a pause and a slow way; keys are
 * remembered for longer than that. Stripe remembers them for a day.
 */
const keyMemoryShort = 30_000

export const drawFaults = (random: Random): Faults => {
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
    visibilityGapMax: random.below(61),
    appendRefused: rate(0.02),
    createRefused: rate(0.2),
  }
}

/** The faults that are left after all others have ended. */
export const healedOf = ({ networkMax, keyMemory }: Faults): Faults => ({ ...none, networkMax, keyMemory })

const none: Faults = {
  networkMax: 1,
  requestLost: 0,
  answerLost: 0,
  requestTwice: 0,
  requestLateMax: 0,
  appendLost: 0,
  acknowledgementLost: 0,
  appendTwice: 0,
  appendSlow: 0,
  readFails: 0,
  snapshots: 0,
  deliveryLateMax: 0,
  deliveryTwice: 0,
  subscriptionBroken: 0,
  crash: 0,
  restartMax: 0,
  pause: 0,
  pauseMax: 0,
  wallSkewMax: 0,
  logClockJump: 0,
  storeFails: 0,
  commitUnheard: 0,
  wakeUpNever: 0,
  wakeUpTwice: 0,
  wakeUpLateMax: 0,
  providerFails: 0,
  providerUnheard: 0,
  providerSlow: 0,
  outageMax: 0,
  keyMemory: 86_400_000,
  webhookTwice: 0,
  webhookLost: 0,
  webhookLateMax: 0,
  authorizationLapses: 0,
  captureFails: 0,
  refundFails: 0,
  disputes: 0,
  poison: false,
  recount: 0,
  overlooks: 0,
  visibilityGapMax: 0,
  appendRefused: 0,
  createRefused: 0,
}
