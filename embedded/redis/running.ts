// Redis has no lock on its folder, and two servers on one append-only file would spoil it. So the port of the last start
// is kept beside the file, and a start asks the server there, if any, which folder it serves.
import { readFile, realpath, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The watchdog of a killed owner has stopped Redis within this time. */
const noticeMilliseconds = 3_000
const pollMilliseconds = 50
const askMillisecondsMax = 1_000

export const rememberPort = async (dataDir: string, port: number): Promise<void> => {
  await writeFile(portFile(dataDir), `${port}\n`)
}

/** Returns once no Redis serves the folder; throws one line if one goes on. */
export const untilNotRunning = async (dataDir: string): Promise<void> => {
  const port = Number(await readFile(portFile(dataDir), 'utf8').catch(() => ''))
  if (!(port > 0)) return
  const folder = await realpath(dataDir)
  const startedAt = performance.now()
  while ((await ask(port, 'CONFIG GET dir')).includes(`\r\n${folder}\r\n`)) {
    if (performance.now() - startedAt > noticeMilliseconds)
      throw new Error(`${dataDir} is in use by the Redis on port ${port}: stop the Holdfast that runs there.`)
    await sleep(pollMilliseconds)
  }
}

/** The beginning of the server's answer to one command; empty if there is no answer. */
export const ask = async (port: number, command: string): Promise<string> => {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`))
    const answer = (text: string): void => {
      socket.destroy()
      resolve(text)
    }
    socket.setTimeout(askMillisecondsMax, () => answer(''))
    socket.once('data', (data) => answer(data.toString()))
    socket.once('error', () => answer(''))
    socket.once('close', () => answer(''))
  })
}

const portFile = (dataDir: string): string => {
  return path.join(dataDir, 'port')
}
