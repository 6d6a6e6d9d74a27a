/** The rows of every table in a Markdown text, cells without the white space around them. */
export const tableRows = (markdown: string): ReadonlyArray<readonly string[]> =>
  Array.from(markdown.matchAll(/^\|(.+)\|$/gm), ([, row = '']) =>
    row.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')),
  )

const withoutFences = (markdown: string): string => markdown.replaceAll(/^```.*?^```$/gms, '')

/** Where the links of a text lead, without `#…`; those to other hosts and within the page left out. */
export const linkTargets = (markdown: string): readonly string[] =>
  Array.from(withoutFences(markdown).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g), ([, target = '']) => target).filter(
    (target) => !/^[a-z]+:/.test(target),
  )

const code = (markdown: string): readonly string[] =>
  Array.from(withoutFences(markdown).matchAll(/`([^`\n]+)`/g), ([, text = '']) => text)

/** Paths of the repository that a text names in backticks: words and dots around a slash, with no slash before. */
export const namedPaths = (markdown: string): readonly string[] =>
  code(markdown).filter((text) => /^\.?[\w-][\w.-]*\/[\w./-]*$/.test(text) && !/^(?:application|text)\//.test(text))

/** What a text says to run as `npm run …`. */
export const namedScripts = (markdown: string): readonly string[] =>
  Array.from(markdown.matchAll(/\bnpm run ([\w-]+)/g), ([, name = '']) => name)

/** Routes that a text names in backticks, as `get /v1/products`. */
export const namedRoutes = (markdown: string): readonly string[] =>
  code(markdown).flatMap((text) => {
    const [, method, path] = /^(GET|POST|PUT|PATCH|DELETE)\s(\/[\w/{}.-]*)$/.exec(text) ?? []
    return method === undefined || path === undefined ? [] : [`${method.toLowerCase()} ${path}`]
  })
