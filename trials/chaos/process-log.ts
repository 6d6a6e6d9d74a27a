import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { PrivateStack } from '#stack/private-stack.ts'

/** Everything that a part of the stack has logged since the stack was first started. */
export const readProcessLog = ({ dataDir }: Pick<PrivateStack, 'dataDir'>, part: string): string =>
  readFileSync(path.join(dataDir, 'logs', `${part}.log`), 'utf8')

/** How often a text occurs in the log of a part. */
export const countInProcessLog = (stack: Pick<PrivateStack, 'dataDir'>, part: string, text: string): number =>
  readProcessLog(stack, part).split(text).length - 1
