// The rules of docs/architecture.md that a machine can check. Prints a line for each finding; exits 1 on any.
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { checkCycles, checkEndings } from './tidy/graph.ts'
import { checkLength } from './tidy/length.ts'
import { checkLockfile } from './tidy/lockfile.ts'
import { checkNames } from './tidy/names.ts'
import { checkProviders } from './tidy/providers.ts'
import { checkRooms } from './tidy/rooms.ts'
import { type Check, sourceFile } from './tidy/source.ts'
import { checkSpreads } from './tidy/spreads.ts'
import { checkWords } from './tidy/words.ts'

const root = path.dirname(import.meta.dirname)
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8')
const files = globSync('**/*.{ts,mjs}', { cwd: root, exclude: ['node_modules', '.holdfast', '.git'] })
  .map((name) => name.split(path.sep).join('/'))
  .map((name) => sourceFile({ path: name, source: read(name) }))

const checks: readonly Check[] = [
  checkRooms,
  checkWords,
  checkProviders,
  checkNames,
  checkSpreads,
  checkEndings,
  checkCycles,
  checkLength,
]
const findings = [...checks.flatMap((check) => check(files)), ...checkLockfile(read('package-lock.json'))]
for (const { path, line, what, why } of findings) console.log(`${path}:${line}  ${what}  ${why}`)
console.log(`${files.length} files, ${findings.length} findings`)
if (findings.length > 0) process.exitCode = 1
