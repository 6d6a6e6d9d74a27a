import type { EventType } from './events.ts'

// Stored events never change; code does. Each stored shape keeps its version here for ever, and `upcast` brings any of
// them to the shape that the code of today knows. All types stand at version 1 so far, so there is nothing to lift yet.

const currentVersion = 1

/** The type string under which an event is stored. */
export const storedTypeOf = (type: EventType): string => `${type}.v${currentVersion}`

export type StoredShape = { readonly type: string; readonly version: number; readonly data: unknown }

/** Splits a stored type string; a string that Holdfast never wrote gives version 0. */
export const parseStoredType = (storedType: string): { readonly type: string; readonly version: number } => {
  const match = /^([A-Za-z]+)\.v(\d{1,4})$/.exec(storedType)
  return match ? { type: match[1] ?? '', version: Number(match[2]) } : { type: storedType, version: 0 }
}

/** Brings data of a stored version to today's shape; undefined for a version that this release does not know. */
export const upcast = (shape: StoredShape): unknown => (shape.version === currentVersion ? shape.data : undefined)
