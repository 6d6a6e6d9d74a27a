/** `others`: everything that is wrong and of no other kind. */
export const findingKinds = [
  'oversold',
  'lostAcks',
  'doubleCharges',
  'leakedHolds',
  'rebuildMismatches',
  'others',
] as const
export type FindingKind = (typeof findingKinds)[number]

/** Each finding is one line for people. A run without defects has none. */
export type FindingsByKind = Readonly<Record<FindingKind, readonly string[]>>
