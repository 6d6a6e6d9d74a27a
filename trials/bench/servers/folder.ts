import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { closable } from './closing.ts'

const retriesMax = 5

export type TemporaryFolder = { readonly folder: string; readonly remove: () => Promise<void> }

export const createFolder = async (): Promise<TemporaryFolder> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'))
  return { folder, remove: closable(() => rm(folder, { recursive: true, force: true, maxRetries: retriesMax })) }
}
