// /v1/events

import { z } from 'zod'
import { noSuchObject } from '../../objects/refusal.ts'
import { answerOk, answerRefusal, type Endpoint, endpoint } from '../call.ts'
import { listPage, presentList } from '../list.ts'
import { listFilter, listing, text } from '../params.ts'

export const retrieveEvent: Endpoint = endpoint(z.strictObject({}), (_params, call, ledger) => {
  const event = ledger.find('event', call.id)
  return event ? answerOk(event) : answerRefusal(noSuchObject('event', call.id, 'id'))
})

export const listEvents: Endpoint = endpoint(
  z.strictObject({ ...listing, type: text(255).optional() }),
  (params, call, ledger) => {
    const page = listPage(ledger, 'event', { ...listFilter(params), type: params.type })
    if (!('items' in page)) return answerRefusal(page)
    return answerOk(presentList(page, (event) => event, call.path))
  },
)
