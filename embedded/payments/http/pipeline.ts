// From a call to its answer: check the parameters, hold the idempotency key, execute or replay, and keep the answer under
// the key in the transaction that executed.

import { errorText } from '#domain/error-text.ts'
import type { CallFailure } from '../faults/faults.ts'
import { fingerprintOf, judge, type KeyedCall, keyInUse, keyLengthMax, keyTooLong } from '../ledger/idempotency.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Store } from '../ledger/store.ts'
import { internalError } from '../objects/refusal.ts'
import { type Answer, answerRefusal, type Call, type Endpoint } from './call.ts'
import { type EarlyAnswer, executedWith, insteadOf, type Unanswered } from './fault-effects.ts'

export type PipelinePorts = {
  readonly store: Pick<Store, 'commit'>
  /** Waits here while the key is held and nothing is executed, and says what goes wrong with the call. */
  readonly beforeExecuting: (call: Call) => Promise<CallFailure | null>
  readonly afterCommit: () => void
  readonly log: (line: string) => void
}

/** `replayOf` is the request whose kept answer this is. */
type PipelineAnswer = EarlyAnswer & { readonly replayOf?: string }

export type Pipeline = (call: Call, endpoint: Endpoint) => Promise<PipelineAnswer | Unanswered>

export const startPipeline = (ports: PipelinePorts): Pipeline => {
  const keysInUse = new Set<string>()

  const run = async (call: Call, execute: (ledger: Ledger) => Answer): Promise<PipelineAnswer | Unanswered> => {
    const failure = await ports.beforeExecuting(call)
    const instead = insteadOf(failure, call)
    if (instead !== null) return instead
    let answer: PipelineAnswer
    try {
      answer = await ports.store.commit((ledger) => executeOnce(ledger, call, executedWith(failure, execute)))
    } catch (error) {
      ports.log(`${call.requestId} ${call.method} ${call.path} failed: ${errorText(error)}`)
      return await keepInternalError(ports.store, call)
    }
    ports.afterCommit()
    return failure?.kind === 'dropped_answer' ? 'dropped' : answer
  }

  return async (call, endpoint) => {
    const key = call.idempotencyKey
    if (key !== null && key.length > keyLengthMax) return answerRefusal(keyTooLong)
    const prepared = endpoint(call)
    if (prepared.kind === 'refused') return answerRefusal(prepared.refusal)
    if (key === null) return run(call, prepared.execute)
    if (keysInUse.has(key)) return answerRefusal(keyInUse(key))
    keysInUse.add(key)
    try {
      return await run(call, prepared.execute)
    } finally {
      keysInUse.delete(key)
    }
  }
}

const keyedCallOf = (key: string, call: Call): KeyedCall => ({
  key,
  endpoint: `${call.method} ${call.path}`,
  fingerprint: fingerprintOf(call.params),
  at: call.at,
})

const executeOnce = (ledger: Ledger, call: Call, execute: (ledger: Ledger) => Answer): PipelineAnswer => {
  const key = call.idempotencyKey
  if (key === null) return execute(ledger)
  const keyed = keyedCallOf(key, call)
  const verdict = judge(ledger.findAnswer(key), keyed)
  switch (verdict.kind) {
    case 'replay':
      return { status: verdict.answer.status, body: verdict.answer.body, replayOf: verdict.answer.requestId }
    case 'refused':
      return answerRefusal(verdict.refusal)
    case 'execute': {
      const answer = execute(ledger)
      keep(ledger, keyed, call.requestId, answer)
      return answer
    }
    default:
      return verdict satisfies never
  }
}

const keep = (ledger: Ledger, { key, endpoint, fingerprint, at }: KeyedCall, requestId: string, answer: Answer): void =>
  ledger.saveAnswer(key, { ...answer, endpoint, fingerprint, requestId, at })

/** The 500 of an execution is kept like any answer; one because the disk failed cannot be. */
const keepInternalError = async (store: PipelinePorts['store'], call: Call): Promise<Answer> => {
  const answer = answerRefusal(internalError)
  const key = call.idempotencyKey
  if (key === null) return answer
  await store.commit((ledger) => keep(ledger, keyedCallOf(key, call), call.requestId, answer)).catch(() => undefined)
  return answer
}
