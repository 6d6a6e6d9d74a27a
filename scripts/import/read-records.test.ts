import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { type Entry, readRecords } from './read-records.ts'

const read = async (content: string | Uint8Array, format: 'csv' | 'jsonl'): Promise<readonly Entry[]> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-records-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(path.join(folder, 'file'), content)
  return (await Array.fromAsync(readRecords([path.join(folder, 'file')], format))).flat()
}

test('CSV with a byte order mark, quotes and a line break in a field, gzipped or not', async () => {
  const text = '\uFEFFa,b\r\n1,"x, ""y""\nz"\r\n2,w\r\n'
  const entries = [
    { file: 'file', line: 2, fields: { a: '1', b: 'x, "y"\nz' } },
    { file: 'file', line: 4, fields: { a: '2', b: 'w' } },
  ]
  expect(await read(text, 'csv')).toEqual(entries)
  expect(await read(gzipSync(text), 'csv')).toEqual(entries)
})

test('a line that cannot be read is told with its number, and the rest goes on', async () => {
  const entries = await read('a,b\n1,2\n1,2,3\n4,5\n', 'csv')
  expect(entries.map((entry) => ('problem' in entry ? entry.line : entry.fields))).toEqual([
    { a: '1', b: '2' },
    3,
    { a: '4', b: '5' },
  ])
  expect(await read('{"a":1}\n{"a":\n[1]\n\n{"a":2}', 'jsonl')).toEqual([
    { file: 'file', line: 1, fields: { a: 1 } },
    { file: 'file', line: 2, problem: expect.stringContaining('JSON') },
    { file: 'file', line: 3, problem: 'not a JSON object' },
    { file: 'file', line: 5, fields: { a: 2 } },
  ])
})

test('a separator that JSON allows within a text ends no line', async () => {
  expect(await read('{"a":"x\u2028y"}\n', 'jsonl')).toEqual([{ file: 'file', line: 1, fields: { a: 'x\u2028y' } }])
})
