import { importsOf, type Reference } from './imports.ts'
import { maskText } from './mask.ts'

/** A file as the checks see it. `path` is relative to the repository, with forward slashes. */
export type SourceFile = {
  readonly path: string
  readonly source: string
  /** The source with comments and the inside of strings blanked; same length and lines as `source`. */
  readonly code: string
  readonly imports: readonly Reference[]
}

export type Finding = {
  readonly path: string
  readonly line: number
  readonly what: string
  readonly why: string
}

export type Check = (files: readonly SourceFile[]) => readonly Finding[]

export const sourceFile = ({ path, source }: { readonly path: string; readonly source: string }): SourceFile => {
  const code = maskText(source)
  return { path, source, code, imports: importsOf({ source, code }) }
}

export const isTest = (path: string): boolean => {
  return path.endsWith('.test.ts')
}

/** What tests alone may use: a file in a folder `testing`, or named `….testing.ts`. */
export const isTestHelper = (path: string): boolean => {
  return path.split('/').slice(0, -1).includes('testing') || path.endsWith('.testing.ts')
}

export const lineAt = (text: string, offset: number): number => {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1
  return line
}
