// Asks over HTTP from a thread of its own, so that what it costs to ask and to start the next benchmark does not delay an
// answer's time stamp. Its processor time still comes from the same machine.
import { Agent, get } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'
import type { Drive, Driven, Traffic } from './requests.ts'

const connectionsMax = 1_024
const answerMillisecondsMax = 10_000
/** How late a request may leave on its own account: timers have no finer grain. */
const tickMilliseconds = 1

type Ask = (request: number) => Promise<void>

const openLoop = async (ask: Ask, { perSecond, milliseconds }: Extract<Traffic, { readonly kind: 'open' }>) => {
  const total = Math.floor((perSecond * milliseconds) / 1_000)
  const latencies: number[] = []
  const startedAt = performance.now()
  const allDone = Promise.withResolvers<void>()
  const askAt = async (request: number): Promise<void> => {
    const dueAt = startedAt + (request * 1_000) / perSecond
    await ask(request)
    latencies.push(performance.now() - dueAt)
    if (latencies.length === total) allDone.resolve()
  }
  let sent = 0
  const tick = (): void => {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) * perSecond) / 1_000) + 1)
    for (; sent < due; sent += 1) void askAt(sent)
    if (sent < total) setTimeout(tick, tickMilliseconds)
  }
  tick()
  await allDone.promise
  return { latencies, milliseconds: performance.now() - startedAt }
}

const closedLoop = async (ask: Ask, { clients, milliseconds }: Extract<Traffic, { readonly kind: 'closed' }>) => {
  const latencies: number[] = []
  const startedAt = performance.now()
  let requests = 0
  const client = async (): Promise<void> => {
    while (performance.now() - startedAt < milliseconds) {
      const askedAt = performance.now()
      await ask(requests++)
      latencies.push(performance.now() - askedAt)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return { latencies, milliseconds: performance.now() - startedAt }
}

const drive = async ({ url, requests, traffic }: Drive): Promise<Driven> => {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax })
  const failures = new Map<string, number>()
  const failed = (what: string): void => void failures.set(what, (failures.get(what) ?? 0) + 1)
  const ask: Ask = (number) => {
    const { path, headers } = requests[number % requests.length] ?? { path: '/', headers: {} }
    const { promise, resolve } = Promise.withResolvers<void>()
    const asked = get(`${url}${path}`, { agent, headers, timeout: answerMillisecondsMax }, (answer) => {
      if (answer.statusCode !== 200) failed(`status ${answer.statusCode}`)
      answer.resume().on('close', resolve)
    })
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')))
    asked.on('error', (error) => {
      failed(error.message)
      resolve()
    })
    return promise
  }
  const timings = await (traffic.kind === 'open' ? openLoop(ask, traffic) : closedLoop(ask, traffic))
  agent.destroy()
  return { ...timings, latencies: Float64Array.from(timings.latencies), failures }
}

parentPort?.postMessage(await drive(workerData))
