/** The nearest-rank percentile: the smallest figure that at least this share (above 0, at most 1) of all figures does not exceed. */
export const percentileOf = (figures: ArrayLike<number>, share: number): number => {
  const sorted = Float64Array.from(figures).sort()
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** The middle figure; of an even number of figures the lower of the two in the middle. */
export const medianOf = (figures: ArrayLike<number>): number => percentileOf(figures, 0.5)
