/** A customer and the delivery address: all personal data except the country. */
export type Person = {
  readonly email: string
  readonly name: string | null
  readonly address: {
    readonly name: string
    readonly line1: string
    readonly line2: string | null
    readonly city: string
    readonly postalCode: string
  }
}

type SealedPerson = {
  readonly customerId: string
  /** AES-256-GCM under the customer's key, base64url. */
  readonly person: string
  /** An HMAC under the customer's key. Equal contents have equal hashes, and nothing else can be learnt from it. */
  readonly hash: (content: unknown) => string
}

/**
 * The only link between people and the log. `seal` finds the customer by the HMAC of the trimmed lower-case email, or creates
 * one. Without the customer's key the sealed data cannot be read.
 */
export type PersonVault = {
  readonly seal: (person: Person) => Promise<SealedPerson>
  /** The person; undefined if the key was erased. */
  readonly open: (customerId: string, sealed: string) => Promise<Person | undefined>
  /** The customer with this email; undefined if there is none. */
  readonly customerIdOf: (email: string) => Promise<string | undefined>
}
