// `npm run demo`: the main job and what goes wrong in it, shown step by step on its own stack, which it removes
// again. Exits 1 where a step did not do what it says.

import { errorText } from '#domain/error-text.ts'
import { startPrivateStack } from '#stack/private-stack.ts'
import { createCaller } from '#trials/shop/caller.ts'
import { openPayments } from '#trials/shop/payments.ts'
import { openLog } from '#trials/shop/read-log.ts'
import { tellFailures } from './demo/failures.ts'
import { tellMainJob } from './demo/main-job.ts'
import { createStory } from './demo/story.ts'

const say = (line: string): void => console.log(line)
const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort())

const tell = async (): Promise<void> => {
  say('Holdfast, step by step. Everything runs here, on a temporary folder.')
  const { signal } = stopping
  const stack = await startPrivateStack({ say: (line) => say(`· ${line}`), signal })
  const log = openLog(stack.addresses.eventStoreUrl)
  const { addresses, credentials } = stack
  const url = addresses.apiUrls[0] ?? ''
  const stage = {
    story: createStory(log, say),
    shopper: createCaller(url, credentials.storefrontKey),
    staff: createCaller(url, credentials.staffToken),
    payments: openPayments(stack),
    say,
  }
  const interrupted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  try {
    await Promise.race([interrupted, tellMainJob(stage).then(() => tellFailures(stage))])
  } finally {
    await log.close()
    await stack.stop()
  }
}

tell().then(
  () => {
    say('\nEvery step did what it says. `npm start` runs the platform with a sample catalogue to try it yourself.')
    process.exit(0)
  },
  (error: unknown) => {
    console.error(errorText(error))
    process.exit(1)
  },
)
