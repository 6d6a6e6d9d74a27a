import type { Availability } from './calls.ts'

/** Logs once when calls to the provider are paused, and once when it answers again. Trial calls in between are not logged. */
export const logAvailability = (warn: (line: string) => void): ((availability: Availability) => void) => {
  let isAway = false
  return (availability) => {
    if (availability === 'paused' && !isAway)
      warn('the payment provider failed several times in a row: calls are paused, and tried again every few seconds')
    if (availability === 'available' && isAway) warn('the payment provider answers again')
    if (availability !== 'probing') isAway = availability === 'paused'
  }
}
