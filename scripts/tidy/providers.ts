import { type Finding, lineAt, type SourceFile } from './source.ts'

// The rooms that decide about payments know no payment provider by name: neither in code nor in strings, comments or tests.
// Stored events are no source files, so those in `domain/golden/` keep the names that they were stored with.

const rooms = /^(?:domain|commands)\//
const names = /stripe/gi
const why = 'domain/ and commands/ know no payment provider: its folder in platform/ does'

export const checkProviders = (files: readonly SourceFile[]): readonly Finding[] => {
  return files
    .filter(({ path }) => rooms.test(path))
    .flatMap(({ path, source }) => [
      ...Array.from(path.matchAll(names), ([what]) => ({ path, line: 1, what, why })),
      ...Array.from(source.matchAll(names), ({ 0: what, index }) => ({ path, line: lineAt(source, index), what, why })),
    ])
}
