import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { ImportArguments } from './arguments.ts'
import type { Mapping } from './mapping.ts'

/** Names an import by what decides its outcome: the files' bytes in their order, the mapping and the options. */
export const importHash = async (
  { kind, files, policy }: Pick<ImportArguments, 'kind' | 'files' | 'policy'>,
  { source }: Pick<Mapping, 'source'>,
): Promise<string> => {
  const whole = createHash('sha256').update(JSON.stringify([kind, source, kind === 'orders' ? policy : null]))
  for (const file of files) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(file), hash)
    whole.update(hash.digest())
  }
  return whole.digest('hex').slice(0, 32)
}
