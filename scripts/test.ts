// `npm test`: every check, cheapest first, so that a broken unit fails within a minute.
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.dirname(import.meta.dirname)
const bin = (name: string): string => path.join(root, 'node_modules', name)
const vitest = (project: string): readonly string[] => [
  bin('vitest/vitest.mjs'),
  'run',
  '--project',
  project,
  '--passWithNoTests',
]

const stages: ReadonlyArray<{ readonly name: string; readonly args: readonly string[] }> = [
  { name: 'format and lint', args: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'types', args: [bin('typescript/bin/tsc'), '--project', root] },
  { name: 'tidy', args: [path.join(root, 'scripts/tidy.ts')] },
  { name: 'unused', args: [bin('knip/bin/knip.js'), '--no-progress'] },
  { name: 'unit', args: vitest('unit') },
  { name: 'simulation', args: vitest('simulation') },
  { name: 'integration', args: vitest('integration') },
  { name: 'end to end', args: vitest('end-to-end') },
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !stages.some((stage) => stage.name.startsWith(name)))
if (unknown.length > 0) {
  console.error(`No such stage: ${unknown.join(', ')}. Stages: ${stages.map((stage) => stage.name).join(', ')}.`)
  process.exit(1)
}
for (const stage of stages) {
  if (wanted.length > 0 && !wanted.some((name) => stage.name.startsWith(name))) continue
  const startedAt = performance.now()
  console.log(`\n── ${stage.name}`)
  const result = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...stage.args], {
    cwd: root,
    stdio: 'inherit',
  })
  if (result.status !== 0) {
    console.error(`\n── ${stage.name} failed`)
    process.exit(1)
  }
  console.log(`── ${stage.name} passed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
}
