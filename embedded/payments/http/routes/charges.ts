// /v1/charges

import { z } from 'zod'
import { presentCharge } from '../../objects/present.ts'
import { noSuchObject } from '../../objects/refusal.ts'
import { answerOk, answerRefusal, type Endpoint, endpoint } from '../call.ts'
import { expand, expansion } from '../expand.ts'
import { listPage, presentList } from '../list.ts'
import { listFilter, listing, text } from '../params.ts'

export const retrieveCharge: Endpoint = endpoint(z.strictObject(expansion('charge')), (params, call, ledger) => {
  const charge = ledger.find('charge', call.id)
  if (!charge) return answerRefusal(noSuchObject('charge', call.id, 'id'))
  return answerOk(expand(presentCharge(charge), params.expand, ledger))
})

export const listCharges: Endpoint = endpoint(
  z.strictObject({ ...expansion('charges'), ...listing, payment_intent: text(255).optional() }),
  (params, call, ledger) => {
    const page = listPage(ledger, 'charge', { ...listFilter(params), intent: params.payment_intent })
    if ('type' in page) return answerRefusal(page)
    return answerOk(expand(presentList(page, presentCharge, call.path), params.expand, ledger))
  },
)
