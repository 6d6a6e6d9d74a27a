import type { Availability } from './calls.ts'

/** Says once when the provider is left alone, and once when it answers again; trying it in between says nothing new. */
export const tellAvailability = (warn: (line: string) => void): ((availability: Availability) => void) => {
  let isAway = false
  return (availability) => {
    if (availability === 'paused' && !isAway)
      warn('the payment provider failed several times in a row: it is left alone, and tried now and then')
    if (availability === 'available' && isAway) warn('the payment provider answers again')
    if (availability !== 'probing') isAway = availability === 'paused'
  }
}
