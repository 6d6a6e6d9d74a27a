// Goal: let the checks search code without finding words in comments and strings. Method: one pass over the tokens that can
// contain text. The token before a slash decides whether it starts a regular expression.

const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y
const string = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y
const regularExpression = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const templateText = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y
const word = /[\w$]+/y
const valueEnds = /[\w$)\]"'`]$/
const wordsBeforeValue = new Set(['return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'throw', 'await', 'else'])

/** The same source, as long and with the same lines, where comments, and strings between their quotes, are blanks. */
export const maskText = (source: string): string => {
  let code = ''
  let at = 0
  let before = ''
  /** One entry for each open `${`: how many braces are open inside it. */
  const templates: number[] = []

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(source)?.[0]
  }
  const take = (masked: string, last: string): void => {
    code += masked
    at += masked.length
    before = last
  }
  const takeTemplateText = (opening: string): void => {
    at += opening.length
    const text = match(templateText) ?? source.slice(at)
    at -= opening.length
    const closing = text.endsWith('${') ? '${' : '`'
    if (closing === '${') templates.push(0)
    take(opening + blank(text.slice(0, text.length - closing.length)) + closing, closing)
  }
  const takePunctuation = (character: string): void => {
    const open = templates.at(-1)
    if (character === '}' && open === 0) {
      templates.pop()
      takeTemplateText('}')
      return
    }
    if (open !== undefined && character === '{') templates[templates.length - 1] = open + 1
    if (open !== undefined && character === '}') templates[templates.length - 1] = open - 1
    take(character, /\s/.test(character) ? before : character)
  }

  while (at < source.length) {
    const character = source.charAt(at)
    const hidden = character === '/' ? match(comment) : undefined
    const quoted = match(string)
    const name = match(word)
    if (hidden !== undefined) take(blank(hidden), before)
    else if (quoted !== undefined) take(quoted.charAt(0) + blank(quoted.slice(1, -1)) + quoted.charAt(0), '"')
    else if (character === '`') takeTemplateText('`')
    else if (name !== undefined) take(name, name)
    else if (character === '/' && (wordsBeforeValue.has(before) || !valueEnds.test(before))) {
      const pattern = match(regularExpression)
      take(pattern === undefined ? '/' : blank(pattern), pattern === undefined ? '/' : '"')
    } else takePunctuation(character)
  }
  return code
}

const blank = (text: string): string => {
  return text.replace(/[^\n]/g, ' ')
}
