export type Concurrency = { readonly count: number; readonly concurrency: number }

/** Calls `work` with each index from 0 to `count` − 1; at most `concurrency` calls are in progress at a time. */
export const concurrently = async (
  { count, concurrency }: Concurrency,
  work: (index: number) => Promise<void>,
): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}
