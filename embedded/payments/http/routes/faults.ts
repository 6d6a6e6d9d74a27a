// /simulator/faults. Beside the pipeline: switches are set and shown whatever goes wrong with the calls.

import type { RequestHandler } from 'express'
import { faultPlan } from '../../faults/fault-plan.ts'
import type { Faults } from '../../faults/faults.ts'
import { answerOk, answerRefusal } from '../call.ts'
import { refusalOf } from '../params.ts'
import { send } from '../send.ts'

export const showFaults =
  (faults: Faults): RequestHandler =>
  (_request, response) =>
    send(response, answerOk(faults.show()))

/** `refuseFor` closes the port, this answer's connection included, so it is called when the answer is out. */
export const setFaults =
  (faults: Faults, refuseFor: (ms: number) => void): RequestHandler =>
  (request, response) => {
    const checked = faultPlan.safeParse(request.body)
    if (!checked.success) {
      send(response, answerRefusal(refusalOf(checked.error, request.body ?? {})))
      return
    }
    faults.set(checked.data)
    const { refuseConnectionsMilliseconds } = checked.data
    if (refuseConnectionsMilliseconds !== undefined)
      response.once('finish', () => refuseFor(refuseConnectionsMilliseconds))
    send(response, answerOk(faults.show()))
  }
