/** The nearest-rank percentile: the smallest of the sorted figures that at least this share (above 0, at most 1) does not exceed. */
export const percentileOf = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
