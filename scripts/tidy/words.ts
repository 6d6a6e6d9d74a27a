import { type Finding, isTest, isTestHelper, lineAt, type SourceFile } from './source.ts'

type Word = { readonly what: string; readonly pattern: RegExp; readonly why: string }
type Rule = { readonly words: readonly Word[]; readonly appliesTo: (path: string) => boolean }

const clock = 'the clock is an argument outside platform/ and mains'
const random = 'randomness is an argument outside platform/ and mains'
const timer = 'timers are arguments outside platform/ and mains'
const environment = 'the environment is read once, by a main or platform/'
const synchronous = 'domain and apply.ts are synchronous'

const rules: readonly Rule[] = [
  {
    appliesTo: () => true,
    words: [
      {
        what: 'any',
        pattern:
          /(?:[:<|&]|=>|\b(?:as|extends|readonly|is)\s|\btype\s+[\w$]+\s*=)\s*any\b(?!\s*[.:(])|\bas\s+any\b|(?<![.\w$#])any(?=\s*(?:\[\]|>))/g,
        why: 'name the type, or take unknown and check it',
      },
      { what: 'as unknown as', pattern: /\bas\s+unknown\s+as\b/g, why: 'a cast through unknown checks nothing' },
      {
        what: 'Ms',
        pattern: /\b[a-z][\w$]*Ms(?:Max|Min)?\b/g,
        why: 'spell the unit out: Milliseconds',
      },
      {
        what: 'upper-case constant',
        pattern: /\b(?:const|let)\s+[A-Z][A-Z0-9_]+\b/g,
        why: 'constants are camelCase like every other name',
      },
      {
        what: 'function declaration',
        // Generators, functions with a `this` of their own and assertion signatures have no arrow form.
        pattern: /\bfunction\s+[\w$]+\s*(?:<[^(]*>)?\((?!\s*this\b)(?![^{]*\basserts\b)/g,
        why: 'write an arrow function',
      },
      {
        what: 'enum',
        pattern: /(?<![.\w$])enum\s+[\w$]+\s*\{/g,
        why: 'use a union of literals: enums are not erasable',
      },
    ],
  },
  {
    appliesTo: (path) =>
      !/^(?:scripts|trials(?!\/simulation\/)|stack|embedded|platform)\/|^(?:api|workers)\/main\.ts$/.test(path) &&
      !isTest(path) &&
      !isTestHelper(path),
    words: [
      { what: 'Date.now', pattern: /\bDate\s*\.\s*now\b/g, why: clock },
      { what: 'new Date()', pattern: /\bnew\s+Date\b(?:\s*\(\s*\)|(?!\s*\())|(?<!\bnew\s+)\bDate\s*\(/g, why: clock },
      { what: 'performance.now', pattern: /\bperformance\s*\.\s*(?:now|timeOrigin)\b|\bhrtime\b/g, why: clock },
      { what: 'Math.random', pattern: /\bMath\s*\.\s*random\b/g, why: random },
      { what: 'randomUUID', pattern: /\brandomUUID\b/g, why: random },
      { what: 'random bytes', pattern: /\b(?:randomBytes|randomInt|randomFill|getRandomValues)\b/g, why: random },
      { what: 'setTimeout', pattern: /\bset(?:Timeout|Interval)\b|\bAbortSignal\s*\.\s*timeout\b/g, why: timer },
      { what: 'process.env', pattern: /\bprocess\s*\.\s*env\b/g, why: environment },
    ],
  },
  {
    appliesTo: (path) => /^domain\/|^projections\/(?:.+\/)?apply\.ts$/.test(path) && !isTest(path),
    words: [{ what: 'async', pattern: /(?<![.\w$])(?:async|await)(?![\w$])(?!\s*:)/g, why: synchronous }],
  },
]

export const checkWords = (files: readonly SourceFile[]): readonly Finding[] => {
  return files.flatMap(({ path, code }) =>
    rules
      .filter((rule) => rule.appliesTo(path))
      .flatMap((rule) => rule.words)
      .flatMap(({ what, pattern, why }) =>
        Array.from(code.matchAll(pattern), (match) => ({ path, line: lineAt(code, match.index), what, why })),
      ),
  )
}
