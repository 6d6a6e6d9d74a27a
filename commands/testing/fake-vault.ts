import { derivedId } from '#domain/values/ids.ts'
import type { Person, PersonVault } from '../person-vault.ts'

/** A vault in memory. Like a real one, it seals the same person twice to different bytes with equal hashes. */
export const createFakeVault = (): PersonVault => {
  const sealed: Person[] = []
  const idOf = (email: string): string => derivedId('customer', email.trim().toLowerCase())
  return {
    seal: async (person) => {
      sealed.push(person)
      const customerId = idOf(person.email)
      const hash = (content: unknown): string => derivedId('hash', customerId, JSON.stringify(content))
      return { customerId, person: `sealed-${sealed.length}`, hash }
    },
    open: async (_, text) => sealed[Number(text.slice('sealed-'.length)) - 1],
    customerIdOf: async (email) => {
      const customerId = idOf(email)
      return sealed.some((person) => idOf(person.email) === customerId) ? customerId : undefined
    },
  }
}
