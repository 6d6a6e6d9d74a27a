// The fault switches as they are set over HTTP or at the start: what may go wrong, with which calls, how often, how long.

import { z } from 'zod'

const operations = ['create', 'confirm', 'capture', 'cancel', 'refund', 'retrieve', 'list'] as const

/** The operation of a call of Stripe's API, independent of the object. */
export type Operation = (typeof operations)[number]

const waitMillisecondsMax = 600_000
const refusalMillisecondsMax = 60_000
const nextMax = 1_000_000
const switchesMax = 50
const timesMax = 50

const wait = z.int().min(0).max(waitMillisecondsMax)

/** Without any of these a switch acts always; `forMilliseconds` counts from when it was set. */
const often = {
  probability: z.number().min(0).max(1).optional(),
  next: z.int().min(1).max(nextMax).optional(),
  forMilliseconds: z.int().min(1).max(waitMillisecondsMax).optional(),
}

export type Often = {
  readonly probability?: number | undefined
  readonly next?: number | undefined
  readonly forMilliseconds?: number | undefined
}

const isOneOf = ({ probability, next }: Often): boolean => probability === undefined || next === undefined
const eitherOr = 'it takes either probability or next'

const fromToMilliseconds = { fromMilliseconds: wait, toMilliseconds: wait.optional() }
const calls = { ...often, operations: z.array(z.enum(operations)).min(1).optional() }

const callFault = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...calls, ...fromToMilliseconds, kind: z.literal('latency') }),
    z.strictObject({ ...calls, kind: z.literal('dropped_answer') }),
    z.strictObject({ ...calls, kind: z.literal('error_before') }),
    z.strictObject({ ...calls, kind: z.literal('error_after') }),
    z.strictObject({ ...calls, kind: z.literal('conflict') }),
    z.strictObject({
      ...calls,
      kind: z.literal('rate_limit'),
      retryAfterSeconds: z.int().min(0).max(3_600).default(1),
    }),
    z.strictObject({ ...calls, kind: z.literal('silence') }),
  ])
  .refine(isOneOf, eitherOr)

const webhookFault = z
  .discriminatedUnion('kind', [
    z.strictObject({
      ...often,
      kind: z.literal('double'),
      times: z.int().min(2).max(timesMax).default(2),
      together: z.boolean().default(false),
    }),
    z.strictObject({ ...often, ...fromToMilliseconds, kind: z.literal('delay') }),
    z.strictObject({ ...often, kind: z.literal('shuffle'), withinMilliseconds: wait.min(1) }),
    z.strictObject({ ...often, kind: z.literal('never') }),
  ])
  .refine(isOneOf, eitherOr)

export const faultPlan = z.strictObject({
  seed: z.int().min(0).max(0xffff_ffff).default(1),
  calls: z.array(callFault).max(switchesMax).default([]),
  webhooks: z.array(webhookFault).max(switchesMax).default([]),
  /** From now on so long no connection is accepted, and those that are open are closed. */
  refuseConnectionsMilliseconds: z.int().min(1).max(refusalMillisecondsMax).optional(),
})

export type FaultPlan = z.infer<typeof faultPlan>
export type CallFault = FaultPlan['calls'][number]
export type WebhookFault = FaultPlan['webhooks'][number]

export const noFaults: FaultPlan = faultPlan.parse({})
