import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { asPostgresAccount, giveToPostgresAccount } from './account.ts'
import { postgresBinaries } from './binaries.ts'

const run = promisify(execFile)

test('Postgres does not run as root', async () => {
  const [program, ...args] = asPostgresAccount(['/usr/bin/id', '-u'])
  expect(Number((await run(program, args)).stdout)).toBeGreaterThan(0)
})

test('programs and data can be below a folder that only its owner can enter', async () => {
  const closed = await mkdtemp(path.join(os.tmpdir(), 'holdfast-closed-'))
  const [packaged, programs, data] = [postgresBinaries().initdb, path.join(closed, 'native'), path.join(closed, 'data')]
  await symlink(path.dirname(path.dirname(packaged)), programs)
  await mkdir(data)
  await giveToPostgresAccount(data)
  const initdb = path.join(programs, 'bin', 'initdb')
  const [program, ...args] = asPostgresAccount([initdb, `--pgdata=${data}`, '--auth=reject', '--locale=C', '--no-sync'])
  const { stdout } = await run(program, args, { cwd: '/' })
  expect(stdout).toContain('Success')
  await rm(closed, { recursive: true })
})
