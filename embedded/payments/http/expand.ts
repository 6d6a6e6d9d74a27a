// `expand[]`: an id in an answer is replaced by its object, along paths such as `latest_charge.refunds` or, in lists,
// `data.latest_charge`. The paths are checked with the parameters, so that nothing is executed and then not shown.

import { z } from 'zod'
import type { Ledger } from '../ledger/ledger.ts'
import { findPaymentMethod } from '../objects/payment-methods.ts'
import { presentCharge, presentIntent, presentRefund } from '../objects/present.ts'
import { presentPaymentMethod } from '../objects/present-method.ts'
import { presentList } from './list.ts'

const expandable: { readonly [shape: string]: { readonly [field: string]: string } } = {
  payment_intent: { latest_charge: 'charge', payment_method: 'payment_method' },
  charge: { payment_intent: 'payment_intent', refunds: 'refunds' },
  refund: { charge: 'charge', payment_intent: 'payment_intent', payment_method: 'payment_method' },
  dispute: { charge: 'charge', payment_intent: 'payment_intent' },
  payment_intents: { data: 'payment_intent' },
  charges: { data: 'charge' },
  refunds: { data: 'refund' },
  disputes: { data: 'dispute' },
}

const depthMax = 4
const pathsMax = 20

const isExpandable = (shape: string, path: string): boolean => {
  const fields = path.split('.')
  let at: string | undefined = shape
  for (const field of fields) at = at === undefined ? undefined : expandable[at]?.[field]
  return at !== undefined && fields.length <= depthMax
}

/** The `expand` parameter of an endpoint that answers this shape. */
export const expansion = (shape: string) => ({
  expand: z
    .array(z.string().refine((path) => isExpandable(shape, path), 'this property cannot be expanded'))
    .max(pathsMax)
    .default([]),
})

type Fields = { readonly [field: string]: unknown }

export const expand = (object: object, paths: readonly string[], ledger: Ledger): object =>
  paths.reduce<Fields>((outer, path) => expandPath(outer, path.split('.'), ledger), { ...object })

const expandPath = (object: Fields, [field, ...rest]: readonly string[], ledger: Ledger): Fields => {
  if (field === undefined) return object
  const inner = load(object, field, ledger)
  if (Array.isArray(inner)) return { ...object, [field]: inner.map((item) => expandPath({ ...item }, rest, ledger)) }
  if (typeof inner !== 'object' || inner === null) return object
  return { ...object, [field]: expandPath({ ...inner }, rest, ledger) }
}

const load = (object: Fields, field: string, ledger: Ledger): unknown => {
  const value = object[field]
  if (field === 'refunds' && value === undefined) return refundsOf(String(object.id), ledger)
  if (typeof value !== 'string') return value
  switch (field) {
    case 'latest_charge':
    case 'charge': {
      const charge = ledger.find('charge', value)
      return charge && presentCharge(charge)
    }
    case 'payment_intent': {
      const intent = ledger.find('payment_intent', value)
      return intent && presentIntent(intent)
    }
    case 'payment_method': {
      const method = findPaymentMethod(value)
      return method && presentPaymentMethod(method)
    }
    default:
      return value
  }
}

const refundsShownMax = 10

const refundsOf = (charge: string, ledger: Ledger): object => {
  const intent = ledger.find('charge', charge)?.intentId
  const page = ledger.list('refund', { limit: refundsShownMax, intent, charge })
  return presentList(page, presentRefund, `/v1/charges/${charge}/refunds`)
}
