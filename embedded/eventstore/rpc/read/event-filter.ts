/** Which events of the whole log a filtered read sends. */
export type EventFilter = {
  readonly field: 'type' | 'stream'
  readonly matches: (text: string) => boolean
  /** A filtered subscription gets a checkpoint each time it has gone through this many events, whether they match or not. */
  readonly checkpointEvery: number
}

export type FilterOptions = {
  readonly field: 'type' | 'stream'
  /** Empty when prefixes are given instead; it wins over them. */
  readonly regex: string
  readonly prefixes: readonly string[]
  /** Events a search window holds, undefined for the default. */
  readonly window: number | undefined
  /** Search windows between two checkpoints. */
  readonly multiplier: number
}

const windowDefault = 32

/** Undefined when the options make no filter. Expressions are JavaScript's: those of .NET that differ are rare. */
export const eventFilter = (options: FilterOptions): EventFilter | undefined => {
  const matches = options.regex === '' ? prefixMatcher(options.prefixes) : regexMatcher(options.regex)
  const checkpointEvery = (options.window ?? windowDefault) * options.multiplier
  if (matches === undefined || checkpointEvery < 1) return undefined
  return { field: options.field, matches, checkpointEvery }
}

export const passes = (filter: EventFilter, event: { readonly type: string; readonly stream: string }): boolean => {
  return filter.matches(filter.field === 'type' ? event.type : event.stream)
}

const prefixMatcher = (prefixes: readonly string[]): ((text: string) => boolean) | undefined => {
  if (prefixes.length === 0) return undefined
  return (text) => prefixes.some((prefix) => text.startsWith(prefix))
}

const regexMatcher = (source: string): ((text: string) => boolean) | undefined => {
  try {
    const regex = new RegExp(source)
    return (text) => regex.test(text)
  } catch {
    return undefined
  }
}
