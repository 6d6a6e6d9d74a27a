import { afterAll, beforeAll } from 'vitest'
import { type PrivateStack, type PrivateStackOptions, startPrivateStack } from '#stack/private-stack.ts'
import { type Caller, createCaller } from '../../shop/caller.ts'
import { openPayments, type Payments } from '../../shop/payments.ts'
import { type LogReader, openLog } from '../../shop/read-log.ts'

export type TestStack = {
  readonly stack: PrivateStack
  /** Uses the storefront's key. */
  readonly shopper: Caller
  readonly staff: Caller
  readonly log: LogReader
  readonly payments: Payments
  /** Lines that the supervisor printed. */
  readonly said: readonly string[]
}

/** One private stack for all tests of a file, started before them and stopped after them. */
export const useStack = (options: Omit<PrivateStackOptions, 'say'> = {}): (() => TestStack) => {
  let running: TestStack | undefined
  beforeAll(async () => {
    const said: string[] = []
    const stack = await startPrivateStack({ ...options, say: (line) => said.push(line) })
    const { addresses, credentials } = stack
    const url = addresses.apiUrls[0] ?? ''
    running = {
      stack,
      shopper: createCaller(url, credentials.storefrontKey),
      staff: createCaller(url, credentials.staffToken),
      log: openLog(addresses.eventStoreUrl),
      payments: openPayments(stack),
      said,
    }
  })
  afterAll(async () => {
    await running?.log.close()
    await running?.stack.stop()
  })
  return () => {
    if (running === undefined) throw new Error('The stack is not running: call this inside a test.')
    return running
  }
}
