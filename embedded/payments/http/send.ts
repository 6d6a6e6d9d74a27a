import type { Response } from 'express'
import type { Answer } from './call.ts'

export const send = (response: Response, { status, body }: Answer): void => {
  response.status(status).set('Content-Type', 'application/json').end(body)
}
