import { type Finding, lineAt, type SourceFile } from './source.ts'

// An object or array literal is not spread into another one: `{ ...{ a, b }, c }` only packs lines that the formatter would
// write one below the other. A spread of a condition (`...(isSet ? { a } : {})`) has a reason and is allowed.

/** Rooms that still have such spreads. */
const notConvertedYet = /^(?:embedded|trials)\//

/** A rest parameter with a pattern (`...[a]: [A]`) is not a spread. */
const literals = /\.\.\.\s*(?!\[[^[\]]*\]\s*:)(?<opening>[{[])(?!\s*[}\]])/g

export const checkSpreads = (files: readonly SourceFile[]): readonly Finding[] =>
  files
    .filter(({ path }) => !notConvertedYet.test(path))
    .flatMap(({ path, code }) =>
      Array.from(code.matchAll(literals), ({ index, groups }) => ({
        path,
        line: lineAt(code, index),
        what: `...${groups?.opening}`,
        why: 'write the fields or items of the literal in place',
      })),
    )
