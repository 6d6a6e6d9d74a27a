import { localTarget } from './imports.ts'
import type { Finding, SourceFile } from './source.ts'

export const checkEndings = (files: readonly SourceFile[]): readonly Finding[] => {
  return files.flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier }) => /^[.#]/.test(specifier) && !/\.(?:ts|json)$/.test(specifier))
      .map(({ specifier, line }) => ({ path, line, what: `imports ${specifier}`, why: 'imports end in .ts' })),
  )
}

/** Each cycle is reported once, where the walk in order of path closes it. */
export const checkCycles = (files: readonly SourceFile[]): readonly Finding[] => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const done = new Set<string>()
  const findings: Finding[] = []
  const visit = (file: SourceFile, trail: readonly string[]): void => {
    for (const { to, line } of targets(file)) {
      const start = trail.indexOf(to)
      const next = byPath.get(to)
      if (start !== -1)
        findings.push({
          path: file.path,
          line,
          what: `import cycle ${[...trail.slice(start), to].join(' → ')}`,
          why: 'modules of a cycle cannot be understood, tested or loaded one by one',
        })
      else if (next !== undefined && !done.has(to)) visit(next, [...trail, to])
    }
    done.add(file.path)
  }
  for (const file of files.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
    if (!done.has(file.path)) visit(file, [file.path])
  return findings
}

const targets = ({ path, imports }: SourceFile): ReadonlyArray<{ readonly to: string; readonly line: number }> => {
  return imports.flatMap(({ specifier, line }) => {
    const to = localTarget({ from: path, specifier })
    return to === undefined ? [] : [{ to, line }]
  })
}
