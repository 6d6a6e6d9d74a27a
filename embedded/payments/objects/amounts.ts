// The smallest and largest amounts that Stripe charges, in minor units.

export const amountMax = 99_999_999

const minimums: ReadonlyMap<string, number> = new Map([
  ['aed', 200],
  ['czk', 1500],
  ['dkk', 250],
  ['gbp', 30],
  ['hkd', 400],
  ['huf', 17_500],
  ['jpy', 50],
  ['mxn', 1000],
  ['myr', 200],
  ['nok', 300],
  ['pln', 200],
  ['ron', 200],
  ['sek', 300],
  ['thb', 1000],
])

const usualMinimum = 50

export const amountMin = (currency: string): number => minimums.get(currency) ?? usualMinimum
