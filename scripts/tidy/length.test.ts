import { expect, test } from 'vitest'
import { checkLength } from './length.ts'
import { sourceFile } from './source.ts'

const findings = (lines: number) => checkLength([sourceFile({ path: 'domain/a.ts', source: 'a\n'.repeat(lines) })])

test('300 lines are accepted, 301 are refused', () => {
  expect(findings(300)).toEqual([])
  expect(findings(301).map(({ what }) => what)).toEqual(['301 lines'])
})
