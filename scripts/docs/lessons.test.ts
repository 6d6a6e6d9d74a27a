// The page of lessons against the tests that it names: each is there under its name, and each test of a lesson is named.
import { globSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { read } from './compose-file.ts'
import { tableRows } from './markdown.ts'

const root = path.dirname(path.dirname(import.meta.dirname))

type Named = { readonly file: string; readonly name: string }

/** Tests as a cell names them: a file in backticks, then a title in quotes. */
const namedTests = (cell: string): readonly Named[] =>
  Array.from(cell.matchAll(/`([^`]+)` "([^"]+)"/g), ([, file = '', name = '']) => ({ file, name }))

/** Titles of the tests and groups of a source text that are about a lesson. */
const lessonsIn = (source: string): readonly string[] =>
  Array.from(
    source.matchAll(/^ *(?:test|describe)(?:\.each\(.*?\))?\(\s*'(lesson: [^'\n]+)'/gms),
    ([, title = '']) => title,
  )

const rows = tableRows(read('docs/lessons.md')).slice(2)
const named = rows.flatMap(([, , tests = '']) => namedTests(tests))

test('every lesson says what went wrong, what we do, and names a test', () => {
  expect(rows.length).toBeGreaterThan(0)
  for (const [wrong = '', done = '', tests = ''] of rows) {
    expect(wrong).toMatch(/.{10}/)
    expect(done).toMatch(/.{10}/)
    expect(namedTests(tests)).not.toEqual([])
  }
})

test('the tests that are named and the tests that there are, are the same', () => {
  const files = globSync('**/*.test.ts', { cwd: root, exclude: ['node_modules/**', '.holdfast/**'] })
  const there = files.flatMap((file) => lessonsIn(read(file)).map((name) => ({ file, name })))
  const sorted = (tests: readonly Named[]) => tests.map(({ file, name }) => `${file} ${name}`).toSorted()
  expect(sorted(named)).toEqual(sorted(there))
})

test('a title is read off a test, a group and a table of tests, and off nothing else', () => {
  const title = 'lesson: one'
  expect(lessonsIn(`test('${title}', () => {`)).toEqual([title])
  expect(lessonsIn(`  describe('${title}', () => {`)).toEqual([title])
  expect(lessonsIn(`test.each([3, 50])('${title}', () => {`)).toEqual([title])
  expect(lessonsIn(`const name = '${title}'`)).toEqual([])
})
