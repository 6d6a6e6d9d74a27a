// `npm start` as people and service managers use it: what it prints is true, one line says why it cannot start, and it leaves no
// process behind, however early it is stopped.
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../shop/retry.ts'
import { type Command, startCommand, stillRunning } from './testing/start-command.ts'

let folder: string
const started: Command[] = []
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-start-'))
})
afterAll(async () => {
  for (const command of started) command.kill('SIGKILL')
  await Promise.all(started.map(({ ended }) => ended))
  await rm(folder, { recursive: true, force: true })
})

const start = (name: string, settings: Readonly<Record<string, string>> = {}): Command => {
  const command = startCommand('start.ts', { HOLDFAST_DATA_DIR: path.join(folder, name), PORT: '0', ...settings })
  started.push(command)
  return command
}

/** Waits, because Postgres's helper processes end a moment after the first one. */
const nothingRuns = async (command: Command): Promise<void> => {
  await eventually(
    async () => stillRunning(command.seenProcesses()),
    (left) => left.length === 0,
  )
}

/** Runs the shell lines of the printed guide as a newcomer would paste them. Returns what each curl printed. */
const runGuide = (said: string): readonly unknown[] => {
  const lines = said.slice(said.indexOf('The main job'), said.indexOf('Ctrl-C stops')).split('\n').slice(1)
  const printed = execFileSync('sh', ['-e', '-c', lines.map((line) => `${line}\necho`).join('\n')], {
    encoding: 'utf8',
  })
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

test('given a first start, when its guide is followed, then each line does what it says, and a second start has the same data', async () => {
  const first = start('shop')
  const said = await first.untilSaid('Ctrl-C stops')
  expect(said).toContain('loading the sample catalogue')
  const [found, reserved, placed, paid, order, timeline] = runGuide(said)
  expect(found).toMatchObject({ items: [{ sku: 'KET-GN09-WHT' }, { sku: 'KET-GN09-BLK' }], total: 2 })
  expect(reserved).toMatchObject({ lines: [{ sku: 'KET-GN09-BLK', quantity: 1 }] })
  expect(placed).toMatchObject({ status: 'placed' })
  expect(paid).toMatchObject({ status: 'confirmed' })
  expect(order).toMatchObject({ status: 'confirmed', customer: { email: 'ada@example.com' } })
  expect(timeline).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ type: 'OrderConfirmed' })]),
  })

  const again = await start('shop').ended
  const inUse = `A stack runs on ${path.join(folder, 'shop')} already: stop it, or set HOLDFAST_DATA_DIR.\n`
  expect(again).toMatchObject({ code: 1, stderr: inUse })
  const port = /API +http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1] ?? ''
  const elsewhere = await start('elsewhere', { PORT: port }).ended
  const taken = `api-1 did not start: Port ${port} on 127.0.0.1 is taken: set PORT to another.\n`
  expect(elsewhere).toMatchObject({ code: 1, stderr: taken })

  first.kill('SIGINT')
  expect(await first.ended).toMatchObject({ code: 0, stderr: '' })
  expect(first.seenProcesses().length).toBeGreaterThan(6)
  await nothingRuns(first)

  const second = start('shop')
  const saidAgain = await second.untilSaid('Ctrl-C stops')
  expect(saidAgain).not.toContain('loading the sample catalogue')
  const [, , , , , timelineAgain] = runGuide(saidAgain)
  expect(timelineAgain).toMatchObject({ items: expect.any(Array) })
  second.kill('SIGTERM')
  expect(await second.ended).toMatchObject({ code: 0, stderr: '' })
  await nothingRuns(second)
})

const folders: ReadonlyArray<readonly [what: string, make: (dataDir: string) => Promise<void>, says: RegExp]> = [
  [
    'is a file',
    (dataDir) => writeFile(dataDir, ''),
    /^\S+ cannot be used as the data folder \(EEXIST\): set HOLDFAST_DATA_DIR to another\.\n$/,
  ],
  [
    'has damaged secrets',
    async (dataDir) => {
      await mkdir(dataDir)
      await writeFile(path.join(dataDir, 'secrets.json'), '{')
    },
    /^\S+secrets\.json is damaged: .+\n$/,
  ],
  [
    'has a damaged database',
    (dataDir) => mkdir(path.join(dataDir, 'postgres', 'cluster'), { recursive: true }).then(() => undefined),
    /^postgres did not start: \S+ is not a data folder of Postgres \(PG_VERSION: ENOENT\): move it away .+\n$/,
  ],
  [
    'has a damaged log',
    async (dataDir) => {
      await mkdir(path.join(dataDir, 'eventstore'), { recursive: true })
      await writeFile(path.join(dataDir, 'eventstore', 'events.db'), 'not a log')
    },
    /^eventstore did not start: .+\n$/,
  ],
]

test.each(folders)(
  'given a data folder that %s, when the platform is started on it, then one line says so',
  async (what, make, says) => {
    const name = what.replaceAll(' ', '-')
    await make(path.join(folder, name))
    const command = start(name)
    const { code, stderr } = await command.ended
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(says) })
    await nothingRuns(command)
  },
)

// All on one folder: each start has to get further than the one before it, which was stopped earlier.
test.each(['starting event store', 'starting workers', 'loading the sample'])(
  'given a start that prints "%s", when it is asked to stop then, it stops cleanly, and the next start gets further',
  async (moment) => {
    const early = start('stopped-early')
    await early.untilSaid(moment)
    early.kill('SIGTERM')
    const { code, stdout, stderr } = await early.ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/stopped; the data are kept\n$/)
    await nothingRuns(early)
    expect(stdout).not.toContain('Holdfast is ready')
  },
)
