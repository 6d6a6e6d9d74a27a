import type { PlaceOrder } from '#domain/order/commands.ts'
import type { Person, PersonVault } from './person-vault.ts'

/** What an order is placed from: a reservation, and what its shopper says. */
export type PlacementRequest = Pick<PlaceOrder, 'country' | 'confirm'> & {
  readonly reservation: Pick<PlaceOrder, 'reservationId' | 'currency' | 'lines'>
  readonly person: Person
}

/**
 * The fields of a PlaceOrder command. The person is sealed, and the hash that recognises the same request covers everything
 * that the shopper says; it is keyed to the customer, because it covers personal data.
 */
export const placementOf = async (
  { reservation, person, country, confirm }: PlacementRequest,
  vault: Pick<PersonVault, 'seal'>,
): Promise<Omit<PlaceOrder, 'type' | 'commandId'>> => {
  const { reservationId, currency, lines } = reservation
  const sealed = await vault.seal(person)
  const requestHash = sealed.hash({ reservationId, lines, person, country, confirm })
  const { customerId } = sealed
  return { reservationId, customerId, person: sealed.person, country, currency, lines, confirm, requestHash }
}
