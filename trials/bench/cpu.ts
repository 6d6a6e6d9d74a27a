/** Processor seconds that the API processes used since they started: unlike time on the clock, what others do does not count. */
export const cpuSecondsOf = async (apiUrls: readonly string[]): Promise<number> => {
  const used = await Promise.all(
    apiUrls.map(async (url) => {
      const answer = await fetch(`${url}/metrics`)
      const seconds = /^process_cpu_seconds_total (\S+)$/m.exec(await answer.text())?.[1]
      if (seconds === undefined) throw new Error(`${url}/metrics does not tell the processor time`)
      return Number(seconds)
    }),
  )
  return used.reduce((sum, seconds) => sum + seconds, 0)
}
