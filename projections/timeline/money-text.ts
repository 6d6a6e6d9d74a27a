import type { MinorUnits } from '#domain/values/money.ts'

const digitsByCurrency = new Map<string, number>()

/** Decimal digits of a currency by ISO 4217: 2 for EUR, 0 for JPY. */
const digitsOf = (currency: string): number => {
  const known = digitsByCurrency.get(currency)
  if (known !== undefined) return known
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  digitsByCurrency.set(currency, digits)
  return digits
}

/** An amount for people: `4995, 'EUR'` gives `49.95 EUR`. */
export const moneyText = (amount: MinorUnits, currency: string): string => {
  const digits = digitsOf(currency)
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`
}
