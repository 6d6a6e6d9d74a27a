// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources under test are strings
import { expect, test } from 'vitest'
import { maskText } from './mask.ts'

const masked: ReadonlyArray<readonly [string, string, string]> = [
  ['a line comment', 'a // b\nc', 'a     \nc'],
  ['a block comment', 'a /* b\nc */ d', 'a     \n     d'],
  ['a string', 'f(\'a\', "b")', 'f(\' \', " ")'],
  ['a string with an escaped quote', "f('a\\'b') + c", "f('    ') + c"],
  ['a comment sign in a string', "f('//') + c", "f('  ') + c"],
  ['a quote in a comment', "// it's\nb", '       \nb'],
  ['a template', '`a${b}c` + d', '` ${b} ` + d'],
  ['a template in a template', '`a${f(`b${c}`)}d` + e', '` ${f(` ${c}`)} ` + e'],
  ['braces in a template', '`${{ a: 1 }.a}b` + c', '`${{ a: 1 }.a} ` + c'],
  ['an escaped template', '`a\\${b}` + c', '`      ` + c'],
  ['a regular expression', 'f(/a"/g) + b', 'f(     ) + b'],
  ['a slash in a class of a regular expression', 'x = /[/"]/ + b', 'x =        + b'],
  ['a regular expression after a keyword', 'return /"/.test(a)', 'return    .test(a)'],
  ['a division', "a / b / c + ' '", "a / b / c + ' '"],
  ['a division after a call', "f() / b / '/'", "f() / b / ' '"],
]

test.each(masked)('%s', (_, source, code) => {
  expect(maskText(source)).toBe(code)
})

test('a string that is not closed ends with its line', () => {
  expect(maskText("a ' b\nany")).toBe("a ' b\nany")
})
