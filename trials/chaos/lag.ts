import { eventually } from '../shop/retry.ts'
import type { ChaosHarness } from './harness.ts'
import { countInProcessLog } from './process-log.ts'

// How an operator sees that read models fall behind: the gauge in an API's metrics, and the alarm lines in its log.

const gauge = /^holdfast_read_model_lag_seconds\{projection="\w+"\} (\S+)$/gm

/** The lag of the read model that is furthest behind, from the metrics of api-1. */
export const lagSeconds = async ({ stack }: ChaosHarness): Promise<number> => {
  const response = await fetch(`${stack.addresses.apiUrls[0]}/metrics`)
  return Math.max(...[...(await response.text()).matchAll(gauge)].map(([, seconds]) => Number(seconds)))
}

/** How many lag alarms api-1 has raised and cleared. */
export type LagAlarms = { readonly raised: number; readonly cleared: number }

export const countLagAlarms = ({ stack }: ChaosHarness): LagAlarms => ({
  raised: countInProcessLog(stack, 'api-1', '"read models lag'),
  cleared: countInProcessLog(stack, 'api-1', '"all read models have caught up"'),
})

/** Waits until an alarm that was raised after `before` is cleared. Resolves with undefined, or with what is missing. */
export const missingLagAlarm = async (harness: ChaosHarness, before: LagAlarms): Promise<string | undefined> => {
  const look = async (): Promise<string | undefined> => {
    const { raised, cleared } = countLagAlarms(harness)
    if (raised === before.raised) return 'no lag alarm was raised while the worker was stopped'
    return cleared === before.cleared ? 'the lag alarm was not cleared after the worker had caught up' : undefined
  }
  await eventually(look, (missing) => missing === undefined).catch(() => undefined)
  return look()
}
