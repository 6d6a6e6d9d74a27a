import type { Finding, SourceFile } from './source.ts'

const linesMax = 300

export const checkLength = (files: readonly SourceFile[]): readonly Finding[] => {
  return files.flatMap(({ path, source }) => {
    const lines = source.trimEnd().split('\n').length
    if (lines <= linesMax) return []
    return [
      { path, line: linesMax, what: `${lines} lines`, why: `a file has at most ${linesMax}: split it by what it does` },
    ]
  })
}
