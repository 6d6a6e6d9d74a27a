import type { NoticeKind } from '#domain/provider/events.ts'

/** What a Stripe event is about: Stripe names the types of its events after their objects. */
export const kindOfNotice = (eventType: string): NoticeKind => {
  if (eventType.startsWith('charge.dispute.')) return 'dispute'
  return eventType.startsWith('refund.') || eventType.startsWith('charge.refund.') ? 'refund' : 'intent'
}
