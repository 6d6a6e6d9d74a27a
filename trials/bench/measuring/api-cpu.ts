/**
 * CPU seconds that the API processes have used since they started. Unlike elapsed time, this does not grow with what other
 * processes do.
 */
export const apiCpuSeconds = async (apiUrls: readonly string[]): Promise<number> => {
  const used = await Promise.all(
    apiUrls.map(async (url) => {
      const answer = await fetch(`${url}/metrics`)
      const seconds = /^process_cpu_seconds_total (\S+)$/m.exec(await answer.text())?.[1]
      if (seconds === undefined) throw new Error(`${url}/metrics has no process_cpu_seconds_total`)
      return Number(seconds)
    }),
  )
  return used.reduce((sum, seconds) => sum + seconds, 0)
}
