/** The middle of an odd number of figures; of an even number the lower of the two middle ones. */
export const medianOf = (figures: readonly number[]): number =>
  figures.toSorted((left, right) => left - right)[Math.ceil(figures.length / 2) - 1] ?? Number.NaN

/** The figure that this share (above 0, at most 1) of all does not exceed: the nearest rank of the sorted figures. */
export const percentileOf = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
