import { EventStoreDBClient } from '@eventstore/db-client'
import { gatherHttp2Writes } from '../http2/gathered-writes.ts'
import { decodeBase64Natively } from './decode-base64.ts'

/**
 * A client for `esdb://…`, `esdb+discover://…` or the same under KurrentDB's name. It connects when first used and by
 * itself again after a loss; `dispose` ends it. Throws where the address cannot be read.
 */
export const connectEventStore = (url: string): EventStoreDBClient => {
  decodeBase64Natively()
  gatherHttp2Writes('client')
  return EventStoreDBClient.connectionString(url.replace(/^kurrentdb(?=\+discover:|:)/, 'esdb'))
}
