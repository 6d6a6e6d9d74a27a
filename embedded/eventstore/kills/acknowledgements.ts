// The driver's own account of what the node has acknowledged: one line of JSON an append, synced before the driver goes on, so
// that it outlives the driver too. Lines that arrive during a sync share the next one.
import { open, readFile } from 'node:fs/promises'
import { z } from 'zod'

const schema = z.object({
  stream: z.string(),
  /** Of its first event. */
  revision: z.int(),
  ids: z.array(z.string()),
  /** Of its last event, as answered by the node. */
  position: z.string(),
})

export type Acknowledgement = Readonly<z.infer<typeof schema>>

export type Acknowledgements = {
  /** Resolves once the line is on the disk. */
  readonly add: (acknowledgement: Acknowledgement) => Promise<void>
  readonly close: () => Promise<void>
}

export const openAcknowledgements = async (file: string): Promise<Acknowledgements> => {
  const handle = await open(file, 'a')
  let waiting = ''
  let underWay = Promise.resolve()
  const write = async (): Promise<void> => {
    const lines = waiting
    waiting = ''
    if (lines === '') return
    await handle.write(lines)
    await handle.datasync()
  }
  return {
    add: (acknowledgement) => {
      waiting += `${JSON.stringify(acknowledgement)}\n`
      underWay = underWay.then(write)
      return underWay
    },
    close: async () => {
      await underWay
      await handle.close()
    },
  }
}

/** A last line that was cut short was never gone on from. */
export const readAcknowledgements = async (file: string): Promise<readonly Acknowledgement[]> => {
  const text = await readFile(file, 'utf8')
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return lines.filter((line) => line !== '').map((line) => schema.parse(JSON.parse(line)))
}
