import { expect, test } from 'vitest'
import { startChild } from './child.ts'

const stopMilliseconds = 60_000

test('a child that exits by itself is reported as exited, and its output is kept', async () => {
  const said: string[] = []
  const command = ['/bin/sh', '-c', 'echo one; echo two >&2; exit 1'] as const
  const child = startChild({ command, stopSignal: 'TERM', log: (line) => said.push(line) })
  await child.exited
  expect(child.hasExited()).toBe(true)
  expect(child.recentLines().toSorted()).toEqual(['one', 'two'])
  expect(said.toSorted()).toEqual(['one', 'two'])
})

test('a child is stopped by its signal and may finish its work', async () => {
  const child = await begun("trap 'echo stopped; exit' TERM; echo begun; while :; do sleep 0.01; done")
  await child.stop(stopMilliseconds)
  expect(child.recentLines()).toEqual(['begun', 'stopped'])
})

test('a child that ignores the signal is killed', async () => {
  const child = await begun("trap '' TERM; echo begun; while :; do sleep 0.01; done")
  await child.stop(100)
  expect(child.hasExited()).toBe(true)
})

test('a child has a process group of its own, so Ctrl-C in the terminal does not reach it', async () => {
  const child = await begun('echo $PPID; exec sleep 60')
  const groupLeader = Number(child.recentLines()[0])
  expect(() => process.kill(-groupLeader, 0)).not.toThrow()
  await child.stop(stopMilliseconds)
})

test('a missing program ends at once', async () => {
  const child = startChild({ command: ['/nowhere/server'], stopSignal: 'TERM' })
  await child.exited
  expect(child.recentLines()).toEqual([expect.stringContaining('/nowhere/server')])
})

/** Starts a shell script and waits for its first line. */
const begun = async (script: string) => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const child = startChild({ command: ['/bin/sh', '-c', script], stopSignal: 'TERM', log: () => resolve() })
  await promise
  return child
}
