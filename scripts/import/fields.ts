import type { Field, PriceField } from './mapping.ts'
import type { Fields } from './read-records.ts'

/** The value under a name, or under a path with dots; names with dots in them come first. */
export const valueAt = (fields: Fields, name: string): unknown => {
  if (Object.hasOwn(fields, name)) return fields[name]
  return name.split('.').reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    return Reflect.get(value, part)
  }, fields)
}

/** Trimmed text; empty for what is missing or no single value. */
export const textOf = (fields: Fields, { field, remove }: Field): string => {
  const value = valueAt(fields, field)
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return ''
  const text = String(value).trim()
  return remove === undefined ? text : text.replace(remove, '').trim()
}

/** A whole number with or without a sign; undefined for anything else. */
export const wholeNumberOf = (text: string): number | undefined => {
  if (!/^[+-]?\d{1,15}(?:\.0+)?$/.test(text)) return undefined
  return Number(text)
}

/** Minor units of a currency with two decimals, read digit by digit: 2.55 is 255, and no float comes near it. */
export const minorUnitsOf = (text: string, unit: PriceField['unit']): number | undefined => {
  if (unit === 'minor') return wholeNumberOf(text)
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,2})0*)?$/.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', cents = ''] = match
  const value = Number(`${whole}${cents.padEnd(2, '0')}`)
  return sign === '-' ? -value : value
}

/** Milliseconds since the epoch; a date without a zone is UTC. Undefined for what is no date. */
export const instantOf = (text: string): number | undefined => {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text)
  if (match === null) return undefined
  const [, date = '', time = '00:00', zone = 'Z'] = match
  const instant = Date.parse(`${date}T${time}${zone}`)
  return Number.isNaN(instant) || instant < 0 ? undefined : instant
}
