import { Histogram, type Registry } from 'prom-client'

const bucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Returns the series of a set of labels; `key` is unique to them. */
export type Durations<Label extends string> = (
  key: string,
  labels: Readonly<Record<Label, string>>,
) => Histogram.Internal<Label>

/**
 * A histogram of durations in seconds. prom-client looks a series up by its labels in more time than it takes to count in it,
 * so the series are kept here by key. There are few: labels are names of routes, ports and statuses, never ids or addresses.
 */
export const createDurations = <Label extends string>(
  registry: Registry,
  { name, help, labelNames }: { readonly name: string; readonly help: string; readonly labelNames: readonly Label[] },
): Durations<Label> => {
  const histogram = new Histogram({
    name,
    help,
    labelNames: [...labelNames],
    buckets: bucketsSeconds,
    registers: [registry],
  })
  const series = new Map<string, Histogram.Internal<Label>>()
  return (key, labels) => {
    const known = series.get(key)
    if (known !== undefined) return known
    const added = histogram.labels(labels)
    series.set(key, added)
    return added
  }
}
