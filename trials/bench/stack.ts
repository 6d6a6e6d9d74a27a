import { type PrivateStack, type PrivateStackOptions, startPrivateStack } from '#stack/private-stack.ts'
import { closable } from './closing.ts'
import { showProgress } from './report.ts'

/** The whole platform, projections and checkout running, on a folder of its own that goes with it. */
export const openStack = async (options: Omit<PrivateStackOptions, 'say'>): Promise<PrivateStack> => {
  const closing = new AbortController()
  const starting = startPrivateStack({ ...options, say: showProgress, signal: closing.signal })
  // Asked for while it starts, it leaves off starting and stops what runs.
  const stop = closable(async () => {
    closing.abort()
    await (await starting).stop()
  })
  return { ...(await starting), stop }
}
