import { type Finding, lineAt, type SourceFile } from './source.ts'

// An object or array literal is not spread into another one: `{ ...{ a, b }, c }` only packs lines that the formatter would
// write one below the other. A spread of a condition (`...(isSet ? { a } : {})`) has a reason and is allowed, and so is the
// result of a method (`...[...items].map(f)`).

/** A rest parameter with a pattern (`...[a]: [A]`) is not a spread. */
const literals = /\.\.\.\s*(?!\[[^[\]]*\]\s*:)(?<opening>[{[])(?!\s*[}\]])/g

/** Whether a method is called on the literal that opens at this place. */
const isCalledOn = (code: string, opening: number): boolean => {
  let depth = 0
  for (let at = opening; at < code.length; at += 1) {
    if ('{[('.includes(code.charAt(at))) depth += 1
    if ('}])'.includes(code.charAt(at))) depth -= 1
    if (depth === 0) return /^\s*\./.test(code.slice(at + 1, at + 100))
  }
  return false
}

export const checkSpreads = (files: readonly SourceFile[]): readonly Finding[] =>
  files.flatMap(({ path, code }) =>
    Array.from(code.matchAll(literals))
      .filter(({ index, 0: text }) => !isCalledOn(code, index + text.length - 1))
      .map(({ index, groups }) => ({
        path,
        line: lineAt(code, index),
        what: `...${groups?.opening}`,
        why: 'write the fields or items of the literal in place',
      })),
  )
