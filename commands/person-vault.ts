/** Who bought, and where it goes: personal data, all but the country. */
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

export type SealedPerson = {
  readonly customerId: string
  /** AES-256-GCM under the customer's key, base64url. */
  readonly person: string
  /** An HMAC under the customer's key: equal requests are known as equal, and nothing can be read off it. */
  readonly hash: (content: unknown) => string
}

/**
 * The only link between people and what the log holds. A customer is found by the HMAC of the trimmed lower-case email,
 * or made; without the customer's key the sealed data are noise.
 */
export type PersonVault = {
  readonly seal: (person: Person) => Promise<SealedPerson>
  /** The person; undefined where the key was erased. */
  readonly open: (customerId: string, sealed: string) => Promise<Person | undefined>
  /** The customer with this email; undefined where there is none. */
  readonly customerIdOf: (email: string) => Promise<string | undefined>
}
