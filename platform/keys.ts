// One secret, `MASTER_KEY`, from which each purpose gets a key of its own (HKDF, RFC 5869): a key that leaks or is misused
// in one place opens nothing in another. They are KeyObjects, which print and log as nothing.
import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'

const keyBytes = 32

export type Keys = {
  /** Signs reservation tokens (HS256). */
  readonly reservationToken: KeyObject
  /** Signs order tokens (HS256). */
  readonly orderToken: KeyObject
  /** Makes the HMAC by which a customer is found from an email. */
  readonly emailHmac: KeyObject
  /** Wraps the customers' own keys (AES-256-GCM). */
  readonly keyWrapping: KeyObject
  /** Makes the keyed hash by which a retry's body is known to be the same (bodies hold personal data). */
  readonly requestFingerprint: KeyObject
}

/** The labels are part of every token and sealed byte that exists: they never change. */
export const deriveKeys = (masterKey: KeyObject): Keys => {
  const derive = (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', masterKey, '', `holdfast/${purpose}/v1`, keyBytes)))
  return Object.freeze({
    reservationToken: derive('reservation-token'),
    orderToken: derive('order-token'),
    emailHmac: derive('email-hmac'),
    keyWrapping: derive('key-wrapping'),
    requestFingerprint: derive('request-fingerprint'),
  })
}

/** 32 bytes as 64 hexadecimal digits or as base64 (either alphabet); undefined for anything else. */
export const parseMasterKey = (text: string): KeyObject | undefined => {
  if (/^[0-9a-f]{64}$/i.test(text)) return createSecretKey(Buffer.from(text, 'hex'))
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined
  return createSecretKey(Buffer.from(text, 'base64'))
}

/** The text of a new master key, for a first start that was given none. */
export const newMasterKey = (): string => {
  return randomBytes(keyBytes).toString('base64')
}
