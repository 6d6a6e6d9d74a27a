import { type PrivateStack, type PrivateStackOptions, startPrivateStack } from '#stack/private-stack.ts'
import { showProgress } from '../reporting/progress.ts'
import { closable } from './closing.ts'

/** Starts the whole platform, with projections and checkout workers, on a folder of its own that `stop` removes. */
export const openStack = async (options: Omit<PrivateStackOptions, 'say'>): Promise<PrivateStack> => {
  const closing = new AbortController()
  const starting = startPrivateStack({ ...options, say: showProgress, signal: closing.signal })
  // Also works while the stack is starting: the abort ends the start and stops what already runs.
  const stop = closable(async () => {
    closing.abort()
    await (await starting).stop()
  })
  return { ...(await starting), stop }
}
