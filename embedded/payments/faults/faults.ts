// What goes wrong, and when. Goal: a run can be repeated. Method: whether a switch acts, and how long a wait is, follows from
// the seed, the switch's place in its list and the count of calls (or events) that it was asked about, so that switching one
// on or off changes nothing in what the others do. Calls under way at once are counted in the order of their arrival.

import { createHash } from 'node:crypto'
import {
  type CallFault,
  type FaultPlan,
  faultPlan,
  noFaults,
  type Often,
  type Operation,
  type WebhookFault,
} from './fault-plan.ts'

/** What ends a call otherwise than by its answer. */
export type CallFailure = Exclude<CallFault, { kind: 'latency' }>

export type Faults = {
  /** Takes the place of what was set before; every count starts anew. */
  readonly set: (plan: FaultPlan) => void
  /** The switches, each with how often it has acted. */
  readonly show: () => object
  /** Latencies add up; the first other switch that acts decides, and those after it are not asked. */
  readonly ofCall: (operation: Operation) => {
    readonly latencyMilliseconds: number
    readonly failure: CallFailure | null
  }
  /** When an event that is owed from `at` on is to be delivered, in milliseconds since the epoch; null for never. */
  readonly deliverAt: (at: number) => number | null
  /** How often a delivery is made, and whether all at once. */
  readonly copies: () => { readonly times: number; readonly together: boolean }
}

export const createFaults = (now: () => number, first: FaultPlan = noFaults): Faults => {
  let plan = first
  let calls: ReadonlyArray<Switch<CallFault>> = []
  let webhooks: ReadonlyArray<Switch<WebhookFault>> = []

  const set = (next: FaultPlan): void => {
    plan = next
    const at = now()
    calls = plan.calls.map((fault, place) => createSwitch(fault, `${plan.seed}/calls/${place}`, at))
    webhooks = plan.webhooks.map((fault, place) => createSwitch(fault, `${plan.seed}/webhooks/${place}`, at))
  }
  set(first)

  return {
    set,
    show: () => ({ ...plan, calls: calls.map(({ show }) => show()), webhooks: webhooks.map(({ show }) => show()) }),
    ofCall: (operation) => {
      const at = now()
      let latencyMilliseconds = 0
      for (const { fault, acts, between } of calls) {
        if (fault.operations?.includes(operation) === false || !acts(at)) continue
        if (fault.kind !== 'latency') return { latencyMilliseconds, failure: fault }
        latencyMilliseconds += between(fault.fromMilliseconds, fault.toMilliseconds ?? fault.fromMilliseconds)
      }
      return { latencyMilliseconds, failure: null }
    },
    deliverAt: (at) => {
      let dueAt = at
      for (const { fault, acts, between } of webhooks) {
        if (fault.kind === 'double' || !acts(at)) continue
        if (fault.kind === 'never') return null
        dueAt +=
          fault.kind === 'delay'
            ? between(fault.fromMilliseconds, fault.toMilliseconds ?? fault.fromMilliseconds)
            : between(0, fault.withinMilliseconds)
      }
      return dueAt
    },
    copies: () => {
      for (const { fault, acts } of webhooks) if (fault.kind === 'double' && acts(now())) return fault
      return { times: 1, together: false }
    },
  }
}

type Switch<Fault> = {
  readonly fault: Fault
  /** Whether it acts this time; asking counts. */
  readonly acts: (at: number) => boolean
  /** A whole number in the range, bounds included. */
  readonly between: (from: number, to: number) => number
  readonly show: () => object
}

const createSwitch = <Fault extends Often>(fault: Fault, name: string, setAt: number): Switch<Fault> => {
  const { probability = 1, next = Number.POSITIVE_INFINITY, forMilliseconds = Number.POSITIVE_INFINITY } = fault
  let asked = 0
  let taken = 0
  return {
    fault,
    acts: (at) => {
      if (taken >= next || at - setAt >= forMilliseconds) return false
      asked += 1
      if (drawn(`${name}/${asked}`) >= probability) return false
      taken += 1
      return true
    },
    between: (from, to) => from + Math.floor(drawn(`${name}/${asked}/size`) * (Math.max(from, to) - from + 1)),
    show: () => ({ ...fault, taken }),
  }
}

const steps = 2 ** 32

/** In [0, 1), the same for the same name. */
const drawn = (name: string): number => createHash('sha256').update(name).digest().readUInt32BE() / steps

/** A plan given at the start: JSON, as it is or read from a file. Throws what zod or JSON.parse throws. */
export const parseFaultPlan = (json: string): FaultPlan => faultPlan.parse(JSON.parse(json))
