import type { NoticeKind } from '#domain/provider/events.ts'

/** The kind of object that a Stripe event is about: Stripe names event types after their objects. */
export const kindOfNotice = (eventType: string): NoticeKind => {
  if (eventType.startsWith('charge.dispute.')) return 'dispute'
  return eventType.startsWith('refund.') || eventType.startsWith('charge.refund.') ? 'refund' : 'intent'
}
