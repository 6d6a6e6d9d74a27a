import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { startPaymentSimulator } from '../simulator.ts'
import { apiKey } from '../testing/simulator.ts'

/** Another address of this machine, which only Linux answers on without being set up. */
const otherHost = '127.0.0.2'
const onLinux = test.skipIf(process.platform !== 'linux')

const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

const start = (host: object) => startPaymentSimulator({ dataDir: 'memory', port: 0, apiKey, ...host })

onLinux('it listens on loopback alone', async () => {
  const simulator = await start({})
  expect(await answers('127.0.0.1', simulator.port)).toBe(true)
  expect(await answers(otherHost, simulator.port)).toBe(false)
  await simulator.stop()
})

onLinux('it listens where it is told to, and nowhere else', async () => {
  const simulator = await start({ host: otherHost })
  expect(await answers(otherHost, simulator.port)).toBe(true)
  expect(await answers('127.0.0.1', simulator.port)).toBe(false)
  await simulator.stop()
})

test('an address of another machine is refused in one line', async () => {
  await expect(start({ host: '192.0.2.1' })).rejects.toThrow(
    '192.0.2.1 is no address of this machine: --host takes one.',
  )
})
