// A disk that is really full: a small file system in memory, filled up beside the log. Needs the right to mount one.

import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { jsonEvent } from '@eventstore/db-client'
import { expect, onTestFinished, test } from 'vitest'
import { errorText } from '#domain/error-text.ts'
import { clientOf, givenFolder, givenNode } from '../testing/fixture.ts'

const diskBytes = 8 * 1024 * 1024

const mountSmallDisk = (): string | undefined => {
  const folder = givenFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  onTestFinished(() => {
    execFileSync('umount', [folder])
  })
  return folder
}

const large = (number: number) => jsonEvent({ type: 'Happened', data: { number, filling: 'x'.repeat(200_000) } })

test('on a full disk writes fail with a clear error, reads go on, and writes resume once there is space', async ({
  skip,
}) => {
  const folder = mountSmallDisk()
  if (folder === undefined) {
    skip('this machine does not let us mount a small file system')
    return
  }
  const node = await givenNode(path.join(folder, 'log'))
  const client = clientOf(node)
  const ballast = path.join(folder, 'ballast')
  writeFileSync(ballast, Buffer.alloc(diskBytes / 2))
  let acknowledged = 0
  const append = () => client.appendToStream('a', large(acknowledged), { expectedRevision: revisionOf(acknowledged) })
  const failure = await (async () => {
    for (;;) {
      try {
        await append()
        acknowledged += 1
      } catch (error) {
        return errorText(error)
      }
    }
  })()
  expect(failure).toContain('The disk of the event store node is full: nothing was written.')
  expect(acknowledged).toBeGreaterThan(1)
  await expect(append()).rejects.toThrow('is full')
  const numbers = async () =>
    (await Array.fromAsync(client.readStream<ReturnType<typeof large>>('a'))).map(({ event }) => event?.data.number)
  const before = Array.from({ length: acknowledged }, (_, index) => index)
  expect(await numbers()).toEqual(before)

  rmSync(ballast)
  await append()
  expect(await numbers()).toEqual([...before, acknowledged])
})

const revisionOf = (count: number) => (count === 0 ? 'no_stream' : BigInt(count - 1))
