import { type Finding, isTest, lineAt, type SourceFile } from './source.ts'

// One name stands for one thing. An event is a fact in the log: what a use case answers, and what goes over HTTP, is something
// else and has a name of its own. What a route takes and gives says by its last word which of the two it is.

/** Rooms whose exported types have no event's name. */
const roomsOfAnswers = /^(?:api|commands)\//
const routes = /^api\/routes\//
const eventSchemas = /^domain\/[^/]+\/events\.ts$/

const lastWords = ['Request', 'View', 'Refusal', 'Dependencies', 'UseCase']
const lastWord = new RegExp(`(?:${lastWords.join('|')})$`)

const exportedTypes = /^export (?:type|interface) (?<name>\w+)/gm
/** The id of a schema in the OpenAPI document. */
const schemaIds = /\.meta\(\{\s*id: '(?<name>\w+)'/g
/** What a use case or a query of a route is called with, if that is a type with a name. */
const requestTypes = /UseCase<\s*(?<name>[A-Z]\w*)|\(\w+: (?<parameter>[A-Z]\w*)[,)]/g
const dependencies = /^export type \w+Dependencies =[\s\S]*?(?:\n\n|$(?![\s\S]))/gm

/** The keys of every `…EventSchemas` object: the formatter puts each on a line of its own, two spaces in. */
const eventNamesIn = ({ code }: SourceFile): readonly string[] =>
  Array.from(code.matchAll(/^export const \w+EventSchemas = \{(?<keys>[\s\S]*?)^\}/gm), ({ groups }) =>
    Array.from((groups?.keys ?? '').matchAll(/^ {2}(\w+):/gm), ([, name = '']) => name),
  ).flat()

type Named = { readonly name: string; readonly line: number }

const matches = (text: string, pattern: RegExp, from = 0, whole = text): readonly Named[] =>
  Array.from(text.matchAll(pattern), ({ groups, index }) => ({
    name: groups?.name ?? groups?.parameter ?? '',
    line: lineAt(whole, from + index),
  }))

const namesOfEvents = (file: SourceFile, events: ReadonlySet<string>): readonly Finding[] =>
  [...matches(file.code, exportedTypes), ...matches(file.source, schemaIds)]
    .filter(({ name }) => events.has(name))
    .map(({ name, line }) => ({ path: file.path, line, what: name, why: 'an event has this name: give it another' }))

const namesInRoutes = ({ path, code }: SourceFile): readonly Finding[] => {
  const types = matches(code, exportedTypes).filter(({ name }) => !lastWord.test(name))
  const requests = Array.from(code.matchAll(dependencies)).flatMap(({ 0: text, index }) =>
    matches(text, requestTypes, index, code).filter(({ name }) => !name.endsWith('Request')),
  )
  return [
    ...types.map(({ name, line }) => ({
      path,
      line,
      what: name,
      why: `a type of a route ends in ${lastWords.join(', ')}`,
    })),
    ...requests.map(({ name, line }) => ({
      path,
      line,
      what: name,
      why: 'what a route hands to a use case ends in Request',
    })),
  ]
}

export const checkNames = (files: readonly SourceFile[]): readonly Finding[] => {
  const events = new Set(files.filter(({ path }) => eventSchemas.test(path)).flatMap(eventNamesIn))
  const code = files.filter(({ path }) => !isTest(path))
  return [
    ...code.filter(({ path }) => roomsOfAnswers.test(path)).flatMap((file) => namesOfEvents(file, events)),
    ...code.filter(({ path }) => routes.test(path)).flatMap(namesInRoutes),
  ]
}
