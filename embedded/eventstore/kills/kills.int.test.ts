import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { killUnderLoad } from './kill-under-load.ts'

const killCount = 10

test('SIGKILL under load loses no acknowledged append, leaves no partial append and keeps the order', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'eventstore-kills-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const report = await killUnderLoad({ folder, kills: killCount })
  expect(report).toMatchObject({ kills: killCount, problems: [] })
  expect(report.appendsAcknowledged).toBeGreaterThanOrEqual(killCount * 40)
  expect(report.events).toBeGreaterThan(report.appendsAcknowledged)
})
