// The oracle reads stored events as plain JSON, knowing only their names and fields. It shares no code and no types with the
// domain that it judges.

export type Data = Readonly<Record<string, unknown>>

export const dataOf = (json: string): Data => {
  const data: unknown = JSON.parse(json)
  return typeof data === 'object' && data !== null ? Object.fromEntries(Object.entries(data)) : {}
}

export const numberIn = (data: Data, field: string): number => {
  const value = data[field]
  return typeof value === 'number' ? value : Number.NaN
}

export const textIn = (data: Data, field: string): string => {
  const value = data[field]
  return typeof value === 'string' ? value : ''
}

export const listIn = (data: Data, field: string): readonly Data[] => {
  const value = data[field]
  return Array.isArray(value) ? value.map((item: unknown) => Object.fromEntries(Object.entries(Object(item)))) : []
}
