import type { FaultPlan, Operation } from '#embedded/payments/faults/fault-plan.ts'
import type { CrashPoint } from '#platform/crash-points.ts'
import type { PlannedCrash } from './crash-plan.ts'
import {
  authorizeAndCancel,
  buy,
  buyAndCancel,
  buyAndDispute,
  buyAndRefund,
  changePrice,
  payAfterDecline,
  payAndDisconnect,
  payWithAuthentication,
  randomScenario,
  reserveAndAbandon,
  type Scenario,
  sendUnknownWebhook,
} from './scenarios.ts'

// Which scenario and which faults of the payment provider bring a process to a crash point, so that a planned crash does not
// wait for chance.

/** A crash point's name without `.before` or `.after`. */
type PointName = CrashPoint extends infer Point
  ? Point extends `${infer Name}.${'before' | 'after'}`
    ? Name
    : Point
  : never

/** An API reaches these points when it handles a request, or the webhook that the request leads to. */
const apiScenarios: Readonly<Record<PointName, Scenario>> = {
  'http.received': randomScenario,
  'http.replying': randomScenario,
  'append.stock': randomScenario,
  'append.order': buy,
  'append.product': changePrice,
  'append.provider': sendUnknownWebhook,
  'append.clock': randomScenario,
  'provider.createIntent': buy,
  'provider.findIntent': buy,
  'provider.readIntent': payWithAuthentication,
  'provider.confirmIntent': buy,
  'provider.captureIntent': buy,
  'provider.voidIntent': payAfterDecline,
  'provider.refund': buyAndCancel,
  'provider.findRefund': buyAndRefund,
  'provider.readRefund': buyAndRefund,
  'provider.readDispute': buyAndDispute,
  'projection.commit': randomScenario,
}

/** A worker calls the provider for orders that an API left unfinished: answers are lost and shoppers are gone. */
const workerScenarios: Readonly<Record<PointName, Scenario>> = {
  ...apiScenarios,
  'append.stock': reserveAndAbandon,
  'append.order': payAndDisconnect,
  'provider.createIntent': payAndDisconnect,
  'provider.findIntent': payAndDisconnect,
  'provider.readIntent': payAndDisconnect,
  'provider.confirmIntent': payAndDisconnect,
  'provider.captureIntent': payAndDisconnect,
  'provider.voidIntent': authorizeAndCancel,
  'provider.readRefund': sendUnknownWebhook,
  'provider.readDispute': sendUnknownWebhook,
}

/** The provider operation that has to fail in the API, so that a worker reaches the point. */
const operationsToFail: Readonly<Partial<Record<PointName, Operation>>> = {
  'provider.createIntent': 'create',
  'provider.findIntent': 'create',
  'provider.readIntent': 'confirm',
  'provider.confirmIntent': 'confirm',
  'provider.captureIntent': 'capture',
  'provider.voidIntent': 'cancel',
  'provider.refund': 'refund',
  'provider.findRefund': 'refund',
}

const isPointName = (name: string): name is PointName => name in apiScenarios

const nameOf = (point: CrashPoint): PointName => {
  const name = point.replace(/\.(?:before|after)$/, '')
  if (!isPointName(name)) throw new Error(`no scenario is known for the crash point ${point}`)
  return name
}

/** The scenario that brings a process of the crash's kind to its point. */
export const scenarioFor = ({ processKind, point }: PlannedCrash): Scenario =>
  (processKind === 'api' ? apiScenarios : workerScenarios)[nameOf(point)]

const anyOperations: readonly Operation[] = ['create', 'confirm', 'capture', 'cancel', 'refund']

const failing = (operations: readonly Operation[], probability: number): FaultPlan['calls'] => [
  { kind: 'dropped_answer', probability, operations: [...operations] },
  { kind: 'error_before', probability, operations: [...operations] },
]

/**
 * Holdfast tries each call of the provider three times. With these faults a few calls end with an unknown outcome, and most
 * of those that the planned crash needs do.
 */
export const faultsFor = ({ processKind, point }: PlannedCrash, seed: number): Partial<FaultPlan> => {
  const operation = processKind === 'worker' ? operationsToFail[nameOf(point)] : undefined
  return {
    seed,
    calls: [...failing(anyOperations, 0.2), ...(operation === undefined ? [] : failing([operation], 0.5))],
  }
}
