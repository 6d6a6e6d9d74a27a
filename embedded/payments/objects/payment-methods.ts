// Stripe's well-known test payment methods, and what the issuer does when one is charged.

type Issuer =
  | { readonly kind: 'approves' }
  | { readonly kind: 'declines'; readonly decline: Decline }
  | { readonly kind: 'authenticates'; readonly declinesWith: Decline | null }
  | { readonly kind: 'processes' }

export type Decline = { readonly code: string; readonly declineCode: string | null; readonly message: string }

export type PaymentMethod = {
  readonly id: string
  readonly type: 'card' | 'us_bank_account'
  readonly brand: string
  readonly funding: 'credit' | 'debit' | 'prepaid'
  readonly last4: string
  readonly issuer: Issuer
  /** How a refund goes: at once, pending until settled, or accepted and then returned by the bank. */
  readonly refunds: 'succeed' | 'pend' | 'fail'
}

const decline = (code: string, declineCode: string | null, message: string): Decline => ({ code, declineCode, message })

const insufficientFunds = decline('card_declined', 'insufficient_funds', 'Your card has insufficient funds.')
const genericDecline = decline('card_declined', 'generic_decline', 'Your card was declined.')

export const authenticationRequired = decline(
  'authentication_required',
  'authentication_required',
  'Your card was declined. This transaction requires authentication.',
)

const declines: ReadonlyArray<readonly [suffix: string, last4: string, decline: Decline]> = [
  ['chargeDeclined', '0002', genericDecline],
  ['chargeDeclinedInsufficientFunds', '9995', insufficientFunds],
  ['chargeDeclinedLostCard', '9987', decline('card_declined', 'lost_card', 'Your card was declined.')],
  ['chargeDeclinedStolenCard', '9979', decline('card_declined', 'stolen_card', 'Your card was declined.')],
  ['chargeDeclinedFraudulent', '0019', decline('card_declined', 'fraudulent', 'Your card was declined.')],
  ['chargeDeclinedExpiredCard', '0069', decline('expired_card', null, 'Your card has expired.')],
  ['chargeDeclinedIncorrectCvc', '0127', decline('incorrect_cvc', null, "Your card's security code is incorrect.")],
  [
    'chargeDeclinedProcessingError',
    '0119',
    decline('processing_error', null, 'An error occurred while processing your card. Try again in a little bit.'),
  ],
]

const card = (
  id: string,
  last4: string,
  issuer: Issuer = { kind: 'approves' },
  more: Partial<Pick<PaymentMethod, 'brand' | 'funding' | 'refunds'>> = {},
): PaymentMethod => ({ id, type: 'card', brand: 'visa', funding: 'credit', refunds: 'succeed', last4, issuer, ...more })

const all: readonly PaymentMethod[] = [
  card('pm_card_visa', '4242'),
  card('pm_card_visa_debit', '5556', undefined, { funding: 'debit' }),
  card('pm_card_mastercard', '4444', undefined, { brand: 'mastercard' }),
  card('pm_card_mastercard_debit', '8210', undefined, { brand: 'mastercard', funding: 'debit' }),
  card('pm_card_mastercard_prepaid', '5100', undefined, { brand: 'mastercard', funding: 'prepaid' }),
  card('pm_card_amex', '8431', undefined, { brand: 'amex' }),
  card('pm_card_discover', '9424', undefined, { brand: 'discover' }),
  card('pm_card_diners', '0004', undefined, { brand: 'diners' }),
  card('pm_card_jcb', '0505', undefined, { brand: 'jcb' }),
  card('pm_card_unionpay', '0005', undefined, { brand: 'unionpay' }),
  card('pm_card_pendingRefund', '7726', undefined, { refunds: 'pend' }),
  card('pm_card_refundFail', '5126', undefined, { refunds: 'fail' }),
  card('pm_card_authenticationRequired', '3184', { kind: 'authenticates', declinesWith: null }),
  card('pm_card_threeDSecureRequired', '3220', { kind: 'authenticates', declinesWith: null }),
  card('pm_card_threeDSecure2Required', '3220', { kind: 'authenticates', declinesWith: null }),
  card('pm_card_threeDSecureRequiredChargeDeclined', '1629', { kind: 'authenticates', declinesWith: genericDecline }),
  card('pm_card_authenticationRequiredChargeDeclinedInsufficientFunds', '8341', {
    kind: 'authenticates',
    declinesWith: insufficientFunds,
  }),
  // Stripe spells some of these with the brand and some without; both are taken for all of them.
  ...declines.flatMap(([suffix, last4, refused]) =>
    ['pm_card_visa', 'pm_card'].map((stem) => card(`${stem}_${suffix}`, last4, { kind: 'declines', decline: refused })),
  ),
  { ...card('pm_usBankAccount_processing', '1000', { kind: 'processes' }), type: 'us_bank_account', brand: 'bank' },
]

const byId: ReadonlyMap<string, PaymentMethod> = new Map(all.map((method) => [method.id, method]))

export const findPaymentMethod = (id: string): PaymentMethod | undefined => byId.get(id)
