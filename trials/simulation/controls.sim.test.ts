// What the simulator is worth: with any one guard taken out it finds that something is wrong, within the seeds that every
// run of the tests tells.
import { expect, test } from 'vitest'
import { tell } from './story.ts'
import { controls } from './testing/controls.ts'

const seedsMax = 1_000

const firstFound = async (seams: (typeof controls)[string] | undefined): Promise<string | undefined> => {
  for (let seed = 1; seed <= seedsMax; seed += 1) {
    const { problem } = await tell({ seed, ...(seams ? { seams } : {}) })
    if (problem !== undefined) return problem
  }
  return undefined
}

for (const [name, seams] of Object.entries(controls))
  test(`found: ${name}`, async () => {
    expect(await firstFound(seams)).toBeDefined()
  })
