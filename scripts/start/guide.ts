import type { StackAddresses } from '../stack/stack-file.ts'

/** What a newcomer types next: the main job, step by step. */
export const guide = (addresses: StackAddresses, credentialsFile: string): string => {
  const api = addresses.apiUrls[0] ?? ''
  const json = "-H 'content-type: application/json'"
  const shop = '-H "authorization: Bearer $KEY"'
  const staff = '-H "authorization: Bearer $STAFF"'
  const address = `{"name":"Ada","line1":"1 Mill Lane","city":"Bath","postalCode":"BA1 1AA","country":"GB"}`
  const read = (field: string): string => `$(sed -n 's/.*"${field}": *"\\([^"]*\\)".*/\\1/p' ${credentialsFile})`
  return `
Holdfast is ready.

  API            ${api}
  its reference  ${api}/docs
  event store    ${addresses.eventStoreUrl}
  credentials    ${credentialsFile}

The main job, one line a step (in another terminal):

  KEY=${read('storefrontKey')}; STAFF=${read('staffToken')}
  # browse
  curl -s ${shop} '${api}/v1/products?query=kettle&inStock=true'
  # reserve: holds the stock for 15 minutes
  R=$(curl -s ${shop} ${json} ${api}/v1/reservations -d '{"lines":[{"sku":"KET-GN09-BLK","quantity":1}]}'); echo $R
  # place: makes it an order
  T=$(echo $R | sed 's/.*"reservationToken":"\\([^"]*\\)".*/\\1/')
  O=$(curl -s ${shop} ${json} ${api}/v1/orders -d '{"reservationToken":"'$T'","customer":{"email":"ada@example.com"},"shippingAddress":${address}}'); echo $O
  # pay: authorizes, commits the stock, captures, confirms
  ID=$(echo $O | sed 's/.*"orderId":"\\([^"]*\\)".*/\\1/'); OT=$(echo $O | sed 's/.*"orderToken":"\\([^"]*\\)".*/\\1/')
  curl -s ${shop} -H "order-token: $OT" ${json} ${api}/v1/orders/$ID/pay -d '{"paymentMethod":"pm_card_visa"}'
  # track, and what happened with who and why
  curl -s ${shop} -H "order-token: $OT" ${api}/v1/orders/$ID
  curl -s ${staff} ${api}/v1/orders/$ID/timeline

Ctrl-C stops everything; the data stay.
`
}
