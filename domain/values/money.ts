import { z } from 'zod'

/** Minor units of a currency (cents); always an integer, never a float. */
export type MinorUnits = number

/** The largest amount that any payment provider accepts for one charge: twelve digits. */
export const amountMax = 999_999_999_999

export const amountSchema = z.int().min(0).max(amountMax)
export const positiveAmountSchema = z.int().min(1).max(amountMax)

/** ISO 4217, upper case. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/, 'three upper-case letters (ISO 4217)')

/** ISO 3166-1 alpha-2, upper case. */
export const countrySchema = z.string().regex(/^[A-Z]{2}$/, 'two upper-case letters (ISO 3166-1)')
