import type { StackAddresses } from '#stack/stack-file.ts'

const address = '{"name":"Ada Byron","line1":"1 Mill Lane","city":"Bath","postalCode":"BA1 1AA","country":"GB"}'

/** Shell lines: the main job, step by step. They need sh, curl and sed, and run as they stand. */
const steps = (api: string, credentialsFile: string): string => `
  API=${api}
  credential() { sed -n 's/.*"'$1'": *"\\([^"]*\\)".*/\\1/p' '${credentialsFile}'; }
  field() { sed 's/.*"'$1'":"\\([^"]*\\)".*/\\1/'; }
  SHOP="authorization: Bearer $(credential storefrontKey)"; STAFF="authorization: Bearer $(credential staffToken)"
  JSON='content-type: application/json'

  # browse: what there is, with its price in cents and how many can be had
  curl -s -H "$SHOP" "$API/v1/products?query=kettle&inStock=true&limit=3"
  # reserve: holds the stock for 15 minutes
  R=$(curl -s -H "$SHOP" -H "$JSON" $API/v1/reservations -d '{"lines":[{"sku":"KET-GN09-BLK","quantity":1}]}'); echo "$R"
  # place: makes it an order
  O=$(curl -s -H "$SHOP" -H "$JSON" $API/v1/orders -d '{"reservationToken":"'$(echo "$R" | field reservationToken)'","customer":{"email":"ada@example.com"},"shippingAddress":${address}}'); echo "$O"
  ORDER=$API/v1/orders/$(echo "$O" | field orderId); TOKEN="order-token: $(echo "$O" | field orderToken)"
  # pay: authorizes, commits the stock, captures, confirms; pm_card_chargeDeclined is a card that is refused
  P=$(curl -s -H "$SHOP" -H "$TOKEN" -H "$JSON" $ORDER/pay -d '{"paymentMethod":"pm_card_visa"}'); echo "$P"
  # track: read at the position that paying answered, so it is never behind
  curl -s -H "$SHOP" -H "$TOKEN" "$ORDER?minPosition=$(echo "$P" | field position)"
  # what happened, who did it and why
  curl -s -H "$STAFF" "$ORDER/timeline?minPosition=$(echo "$P" | field position)"
`

/** What a newcomer reads once the platform runs, and types next. */
export const guide = (addresses: StackAddresses, credentialsFile: string): string => {
  const api = addresses.apiUrls[0] ?? ''
  return `
Holdfast is ready.

  API            ${api}
  its reference  ${api}/docs
  event store    ${addresses.eventStoreUrl}
  credentials    ${credentialsFile}

The main job, one step a line (paste it into another terminal):
${steps(api, credentialsFile)}
Ctrl-C stops everything; the data stay.
`
}
