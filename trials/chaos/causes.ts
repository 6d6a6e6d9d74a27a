import type { FaultPlan, Operation } from '#embedded/payments/faults/fault-plan.ts'
import type { CrashPoint } from '#platform/crash-points.ts'
import {
  anyJourney,
  authorizeAndCancel,
  buyAndCancel,
  buyOnly,
  challenge,
  decline,
  dispute,
  type Journey,
  leave,
  payAndLeave,
  refund,
  reprice,
  stray,
} from './journeys.ts'
import type { Visit } from './visits.ts'

// What brings a process to a crash point, so that no visit has to wait for chance.

type Place = CrashPoint extends infer Point
  ? Point extends `${infer Name}.${'before' | 'after'}`
    ? Name
    : Point
  : never

/** In the API a request does it, or the webhook that comes of it. */
const inApi: Readonly<Record<Place, Journey>> = {
  'http.received': anyJourney,
  'http.replying': anyJourney,
  'append.stock': anyJourney,
  'append.order': buyOnly,
  'append.product': reprice,
  'append.provider': stray,
  'append.clock': anyJourney,
  'provider.createIntent': buyOnly,
  'provider.findIntent': buyOnly,
  'provider.readIntent': challenge,
  'provider.confirmIntent': buyOnly,
  'provider.captureIntent': buyOnly,
  'provider.voidIntent': decline,
  'provider.refund': buyAndCancel,
  'provider.findRefund': refund,
  'provider.readRefund': refund,
  'provider.readDispute': dispute,
  'projection.commit': anyJourney,
}

/** The worker comes to the provider for what nobody finished: answers are lost, and shoppers are gone. */
const inWorker: Readonly<Record<Place, Journey>> = {
  ...inApi,
  'append.stock': leave,
  'append.order': payAndLeave,
  'provider.createIntent': payAndLeave,
  'provider.findIntent': payAndLeave,
  'provider.readIntent': payAndLeave,
  'provider.confirmIntent': payAndLeave,
  'provider.captureIntent': payAndLeave,
  'provider.voidIntent': authorizeAndCancel,
  'provider.readRefund': stray,
  'provider.readDispute': stray,
}

/** What the provider has to be asked for in vain, so that the worker comes there. */
const inVain: Readonly<Partial<Record<Place, Operation>>> = {
  'provider.createIntent': 'create',
  'provider.findIntent': 'create',
  'provider.readIntent': 'confirm',
  'provider.confirmIntent': 'confirm',
  'provider.captureIntent': 'capture',
  'provider.voidIntent': 'cancel',
  'provider.refund': 'refund',
  'provider.findRefund': 'refund',
}

const isPlace = (name: string): name is Place => name in inApi

const placeOf = (point: CrashPoint): Place => {
  const place = point.replace(/\.(?:before|after)$/, '')
  if (!isPlace(place)) throw new Error(`nothing is known to cause ${point}`)
  return place
}

/** A journey that a process of that lane comes to that point by. */
export const causeOf = ({ lane, point }: Visit): Journey => (lane === 'api' ? inApi : inWorker)[placeOf(point)]

const anyOperations: readonly Operation[] = ['create', 'confirm', 'capture', 'cancel', 'refund']

const lost = (operations: readonly Operation[], probability: number): FaultPlan['calls'] => [
  { kind: 'dropped_answer', probability, operations: [...operations] },
  { kind: 'error_before', probability, operations: [...operations] },
]

/** Each call is tried three times: now and then one ends in doubt, and most of those that the visit is about. */
export const faultsFor = ({ lane, point }: Visit, seed: number): Partial<FaultPlan> => {
  const operation = lane === 'worker' ? inVain[placeOf(point)] : undefined
  return { seed, calls: [...lost(anyOperations, 0.2), ...(operation === undefined ? [] : lost([operation], 0.5))] }
}
