// The terms of every sale in the benchmarks.

export const unitPrice = 1_999
export const currency = 'EUR'
/** A test card whose payments always succeed. */
export const paymentMethod = 'pm_card_visa'
export const location = 'MAIN'
/** How long a reservation is held: long enough that none expires in a round. */
export const holdSeconds = 900
