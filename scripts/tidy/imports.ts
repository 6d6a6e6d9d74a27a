import path from 'node:path'

/** One mention of another module: an import, a re-export, `import()`, `….resolve()` or `new URL('./…')`. */
export type Reference = {
  readonly specifier: string
  readonly line: number
  readonly typeOnly: boolean
}

const clauses = [
  /\bimport\s+(?<clause>[\w$*{},\s]+?)\s*\bfrom\s*(?<quote>['"])/g,
  /\bexport\s+(?<clause>(?:type\s+)?(?:\*(?:\s*as\s+[\w$]+)?|\{[^}]*\}))\s*from\s*(?<quote>['"])/g,
  /\bimport\s*(?<quote>['"])/g,
  /\bimport\s*\(\s*(?<quote>['"])/g,
  /\b(?:import\.meta|require)\.resolve\(\s*(?<quote>['"])/g,
]
const fileAddress = /\bnew\s+URL\(\s*(?<quote>['"])/g

export const importsOf = ({
  source,
  code,
}: {
  readonly source: string
  readonly code: string
}): readonly Reference[] => {
  const found = clauses.flatMap((pattern) => references({ source, code, pattern }))
  const files = references({ source, code, pattern: fileAddress }).filter(({ specifier }) => specifier.startsWith('.'))
  return [...found, ...files].toSorted((a, b) => a.line - b.line)
}

type Search = { readonly source: string; readonly code: string; readonly pattern: RegExp }

const references = ({ source, code, pattern }: Search): readonly Reference[] => {
  return Array.from(code.matchAll(pattern), (match) => {
    const start = match.index + match[0].length
    const end = code.indexOf(match.groups?.quote ?? '', start)
    return {
      specifier: source.slice(start, end),
      line: code.slice(0, start).split('\n').length,
      typeOnly: isTypeOnly(match.groups?.clause ?? ''),
    }
  })
}

const isTypeOnly = (clause: string): boolean => {
  if (/^type\s/.test(clause)) return true
  const names = /^\{(?<names>[^}]*)\}$/.exec(clause)?.groups?.names
  if (names === undefined) return false
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .every((name) => name.startsWith('type '))
}

/** The repository path that a specifier names, or undefined for a package or a built-in module. */
export const localTarget = ({
  from,
  specifier,
}: {
  readonly from: string
  readonly specifier: string
}): string | undefined => {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(from), specifier)
  return undefined
}
