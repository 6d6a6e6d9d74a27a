// Reads records out of CSV or JSON lines, plain or gzipped, in pages and one pass, so a file may be larger than memory.
// A line that cannot be read is handed on with the reason, and the rest of the file goes on.

import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough, pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { errorText } from '#domain/error-text.ts'

export type Fields = Readonly<Record<string, unknown>>
/** `line` is the number of its first line in the file, from 1. */
type Place = { readonly file: string; readonly line: number }
export type Entry = Place & ({ readonly fields: Fields } | { readonly problem: string })

const pageSize = 1_000
const recordBytesMax = 1024 * 1024

const isGzip = async (file: string): Promise<boolean> => {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await handle.close()
  }
}

/** The bytes of the file as text is in it. An error of any part reaches the reader. */
const content = async (file: string): Promise<Readable> => {
  const through = (await isGzip(file)) ? createGunzip() : new PassThrough()
  pipeline(createReadStream(file), through, () => {})
  return through
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 300)

async function* csvEntries(file: string): AsyncGenerator<Entry> {
  const name = path.basename(file)
  const skipped: Entry[] = []
  const parser = parse({
    bom: true,
    columns: true,
    info: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: recordBytesMax,
  })
  parser.on('skip', (error?: Error & { readonly lines?: number }) => {
    if (error) skipped.push({ file: name, line: error.lines ?? 0, problem: oneLine(error.message) })
  })
  pipeline(await content(file), parser, () => {})
  let lastLine = 1
  for await (const { record, info } of parser) {
    // The parser reads ahead and reports skipped lines at once. They are yielded at their place among the records.
    while (skipped[0] !== undefined && skipped[0].line < info.lines) yield* skipped.splice(0, 1)
    // The parser gives the end of a record; a record begins after the previous one.
    yield { file: name, line: lastLine + 1, fields: record }
    lastLine = info.lines
  }
  yield* skipped.splice(0)
}

const parseLine = (text: string): { readonly fields: Fields } | { readonly problem: string } => {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? { fields: { ...value } } : { problem: 'not a JSON object' }
  } catch (error) {
    return { problem: oneLine(errorText(error)) }
  }
}

/** Lines end with a line feed alone: `node:readline` would also break them at the separators that JSON allows in texts. */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > recordBytesMax) throw new Error(`a line is longer than ${recordBytesMax} characters`)
    yield* lines
  }
  yield rest
}

async function* jsonEntries(file: string): AsyncGenerator<Entry> {
  const name = path.basename(file)
  let line = 0
  for await (const text of linesOf(await content(file))) {
    line += 1
    if (text.trim() !== '') yield { file: name, line, ...parseLine(text) }
  }
}

/** Every record of the files, in order, in pages. Rejects where a file cannot be read at all. */
export async function* readRecords(
  files: readonly string[],
  format: 'csv' | 'jsonl',
): AsyncGenerator<readonly Entry[]> {
  for (const file of files) {
    let page: Entry[] = []
    for await (const entry of format === 'csv' ? csvEntries(file) : jsonEntries(file)) {
      page.push(entry)
      if (page.length < pageSize) continue
      yield page
      page = []
    }
    if (page.length > 0) yield page
  }
}
