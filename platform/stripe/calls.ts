import {
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel'
import { isOutage, isWorthRetrying } from './failures.ts'

// Every call to the provider has a deadline and a bounded number of tries with a random wait between them. After several
// failures in a row a circuit breaker opens for a moment: calls fail at once and are not sent.

export type CallLimits = {
  /** The deadline of one call of the port, with all its requests, retries and the wait for a free slot. */
  readonly callMillisecondsMax: number
  readonly tryMillisecondsMax: number
  readonly retriesMax: number
  readonly retryFirstMilliseconds: number
  /** After so many failed tries in a row nothing is sent for `pauseMilliseconds`; then a single call probes the provider. */
  readonly failuresMax: number
  readonly pauseMilliseconds: number
  readonly inFlightMax: number
  readonly waitingMax: number
}

export const callLimits: CallLimits = {
  callMillisecondsMax: 8_000,
  tryMillisecondsMax: 5_000,
  retriesMax: 2,
  retryFirstMilliseconds: 100,
  failuresMax: 10,
  pauseMilliseconds: 5_000,
  inFlightMax: 64,
  waitingMax: 512,
}

export type Availability = 'available' | 'paused' | 'probing'

/** Sends one request, with retries if they may help. Rejects with the error of the last try, or with one of cockatiel. */
export type Call = <T>(request: () => Promise<T>) => Promise<T>

/** Runs what needs one request or several, all of them within one deadline. */
export type Calls = <T>(run: (call: Call) => Promise<T>) => Promise<T>

/** What ends in time aborts nothing: the error made for that would cost more than all else here. */
const onTime = { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false }

export const createCalls = (limits: CallLimits, onAvailability: (availability: Availability) => void): Calls => {
  const breaker = circuitBreaker(handleWhen(isOutage), {
    breaker: new ConsecutiveBreaker(limits.failuresMax),
    halfOpenAfter: limits.pauseMilliseconds,
  })
  breaker.onStateChange((state) => onAvailability(availabilityOf(state)))
  const policy = wrap(
    bulkhead(limits.inFlightMax, limits.waitingMax),
    retry(handleWhen(isWorthRetrying), {
      maxAttempts: limits.retriesMax,
      backoff: new ExponentialBackoff({ initialDelay: limits.retryFirstMilliseconds }),
    }),
    breaker,
    timeout(limits.tryMillisecondsMax, onTime),
  )
  const deadline = timeout(limits.callMillisecondsMax, onTime)
  return (run) =>
    deadline.execute(({ signal: ended }) =>
      run((request) =>
        policy.execute(({ signal }) => {
          // The wait before a retry does not end with the deadline, so a retry may find that nobody waits for it any more.
          signal.throwIfAborted()
          return withoutStackTrace(request)
        }, ended),
      ),
    )
}

/**
 * The SDK takes a stack trace as it sends a request, for the error that it may end in. Nothing but codes and messages of its
 * errors leaves this room, and the trace would cost as much as the sending.
 */
const withoutStackTrace = <T>(send: () => T): T => {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return send()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

const availabilityOf = (state: CircuitState): Availability => {
  if (state === CircuitState.Closed) return 'available'
  return state === CircuitState.HalfOpen ? 'probing' : 'paused'
}
