// Negative controls: with any one guard removed, the simulator must find a problem within the seeds that every `npm test`
// runs.
import { expect, test } from 'vitest'
import { runSeed } from './seed-run.ts'
import { controls } from './testing/controls.ts'

const seedsMax = 1_000

const firstFound = async (seams: (typeof controls)[string] | undefined): Promise<string | undefined> => {
  for (let seed = 1; seed <= seedsMax; seed += 1) {
    const { problem } = await runSeed({ seed, ...(seams ? { seams } : {}) })
    if (problem !== undefined) return problem
  }
  return undefined
}

for (const [name, seams] of Object.entries(controls))
  test(`finds: ${name}`, async () => {
    expect(await firstFound(seams)).toBeDefined()
  })
