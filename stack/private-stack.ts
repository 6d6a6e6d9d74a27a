// A stack of its own on a new temporary folder, for demos and tests: nothing of the caller's environment reaches it, and
// nothing of it stays behind unless it is asked to.
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { readConfig } from '#platform/config.ts'
import { type Name, variables } from '#platform/config-variables.ts'
import { type Stack, type StackOptions, startStack } from './stack.ts'

export type PrivateStackOptions = Pick<
  StackOptions,
  'apis' | 'workers' | 'paymentLatencyMilliseconds' | 'profileDir' | 'environmentOf' | 'say' | 'signal'
> & {
  readonly settings?: Readonly<Partial<Record<Name, string>>>
}

export type PrivateStack = Omit<Stack, 'stop'> & {
  readonly dataDir: string
  /** Removes the folder too, unless it is to be looked at. */
  readonly stop: (options?: { readonly keepFolder: boolean }) => Promise<void>
}

/** A variable set to nothing counts as unset: so the caller's own settings do not reach the parts. */
const noSettings = Object.fromEntries(Object.keys(variables).map((name) => [name, '']))

/** Starts it on free ports. */
export const startPrivateStack = async ({ settings, ...options }: PrivateStackOptions): Promise<PrivateStack> => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'holdfast-private-'))
  const environment = { ...noSettings, ...settings }
  const removeFolder = (): Promise<void> => rm(dataDir, { recursive: true, force: true })
  try {
    const stack = await startStack({ ...options, dataDir, config: readConfig(environment), environment, port: 0 })
    const stop: PrivateStack['stop'] = ({ keepFolder } = { keepFolder: false }) =>
      stack.stop().finally(keepFolder ? undefined : removeFolder)
    return { ...stack, dataDir, stop }
  } catch (error) {
    await removeFolder()
    throw error
  }
}
