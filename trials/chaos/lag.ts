import { readFileSync } from 'node:fs'
import path from 'node:path'
import { eventually } from '../shop/eventually.ts'
import type { ChaosStage } from './world.ts'

// What somebody on duty sees of read models that fall behind: the gauge of an API, and the line that it logs.

const gauge = /^holdfast_read_model_lag_seconds\{projection="\w+"\} (\S+)$/gm

/** Of the read model that is furthest behind, as `/metrics` says. */
export const lagSeconds = async ({ stack }: ChaosStage): Promise<number> => {
  const response = await fetch(`${stack.addresses.apiUrls[0]}/metrics`)
  return Math.max(...[...(await response.text()).matchAll(gauge)].map(([, seconds]) => Number(seconds)))
}

const times = ({ stack }: ChaosStage, text: string): number =>
  readFileSync(path.join(stack.dataDir, 'logs', 'api-1.log'), 'utf8').split(text).length - 1

export type Alarms = { readonly raised: number; readonly cleared: number }

export const alarmsSoFar = (world: ChaosStage): Alarms => ({
  raised: times(world, '"read models lag'),
  cleared: times(world, '"all read models have caught up"'),
})

/** Undefined once there was one more alarm than before, and it is over; else what is missing. */
export const alarmRaisedAndCleared = async (world: ChaosStage, before: Alarms): Promise<string | undefined> => {
  const look = async (): Promise<string | undefined> => {
    const { raised, cleared } = alarmsSoFar(world)
    if (raised === before.raised) return 'with the consumer stopped no alarm was raised'
    return cleared === before.cleared ? 'the alarm did not end once the consumer had caught up' : undefined
  }
  await eventually(look, (missing) => missing === undefined).catch(() => undefined)
  return look()
}
