// Sends HTTP requests from a thread of its own, so that the work of sending them does not delay the time stamps of answers. Its
// CPU time still comes from the same machine.
import { Agent, get } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'
import { type LoadTimings, measureLoad } from '../load/load.ts'
import type { Traffic, TrafficOptions, TrafficTimings } from './traffic.ts'

const connectionsMax = 1_024
const answerMillisecondsMax = 10_000
/** The resolution of timers: a request can be sent so much too late without the server being the cause. */
const tickMilliseconds = 1

/** `request` counts from 0. */
type SendGet = (request: number) => Promise<void>
type OpenLoop = Extract<Traffic, { readonly kind: 'open' }>

const measureOpenLoop = async (send: SendGet, { perSecond, milliseconds }: OpenLoop): Promise<LoadTimings> => {
  const total = Math.floor((perSecond * milliseconds) / 1_000)
  const latencies: number[] = []
  const startedAt = performance.now()
  const allAnswered = Promise.withResolvers<void>()
  const sendDue = async (request: number): Promise<void> => {
    const dueAt = startedAt + (request * 1_000) / perSecond
    await send(request)
    latencies.push(performance.now() - dueAt)
    if (latencies.length === total) allAnswered.resolve()
  }
  let sent = 0
  const tick = (): void => {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) * perSecond) / 1_000) + 1)
    for (; sent < due; sent += 1) void sendDue(sent)
    if (sent < total) setTimeout(tick, tickMilliseconds)
  }
  tick()
  await allAnswered.promise
  return { latencies, milliseconds: performance.now() - startedAt }
}

const measure = (send: SendGet, traffic: Traffic): Promise<LoadTimings> =>
  traffic.kind === 'open' ? measureOpenLoop(send, traffic) : measureLoad({ ...traffic, kind: 'steady' }, send)

const run = async ({ url, requests, traffic }: TrafficOptions): Promise<TrafficTimings> => {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax })
  const failures = new Map<string, number>()
  const countFailure = (what: string): void => void failures.set(what, (failures.get(what) ?? 0) + 1)
  const send: SendGet = (number) => {
    const { path, headers } = requests[number % requests.length] ?? { path: '/', headers: {} }
    const { promise, resolve } = Promise.withResolvers<void>()
    const request = get(`${url}${path}`, { agent, headers, timeout: answerMillisecondsMax }, (answer) => {
      if (answer.statusCode !== 200) countFailure(`status ${answer.statusCode}`)
      answer.resume().on('close', resolve)
    })
    request.on('timeout', () => request.destroy(new Error('no answer in time')))
    request.on('error', (error) => {
      countFailure(error.message)
      resolve()
    })
    return promise
  }
  const { latencies, milliseconds } = await measure(send, traffic)
  agent.destroy()
  return { latencies: Float64Array.from(latencies), milliseconds, failures }
}

parentPort?.postMessage(await run(workerData))
