import { type PaymentProvider, ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import type { Faults } from './faults.ts'
import type { Host } from './host.ts'
import { journey } from './log-client.ts'
import type { ProviderServer } from './provider.ts'
import type { Random } from './random.ts'
import type { Schedule } from './schedule.ts'

// One process's way to the payment provider. Every call ends within its deadline; what became of it, nobody knows then.

const callMilliseconds = 8_000

/** The provider cannot be reached until then; shared by all processes. */
export type Outage = { until: number }

export type ProviderClientOptions = {
  readonly server: ProviderServer
  readonly host: Host
  readonly schedule: Schedule
  readonly random: Random
  readonly faults: () => Faults
  readonly outage: Outage
}

export const createProviderClient = (options: ProviderClientOptions): PaymentProvider => {
  const { server, host, schedule, random, faults, outage } = options

  const ask = <Answer>(label: string, serve: () => Answer): Promise<Answer> => {
    const { providerFails, providerUnheard, providerSlow, outageMax } = faults()
    const isOut = schedule.now() < outage.until
    const unheard = random.chance(providerUnheard)
    if (unheard && outageMax > 0 && random.chance(0.5))
      outage.until = Math.max(outage.until, schedule.now() + random.below(outageMax))
    const slow = random.chance(providerSlow) ? random.below(callMilliseconds) : 0
    const { there, back } = journey(random, faults())
    return host.call(`provider ${label}`, serve, {
      there: there + slow,
      back,
      lost: isOut || random.chance(providerFails),
      unheard,
      silentAfter: slow > 0 ? callMilliseconds : random.between(10, callMilliseconds),
      failure: () => new ProviderOutcomeUnknown('simulated: the provider did not answer'),
    })
  }

  return {
    name: 'cards',
    createIntent: (wanted) => ask(`create ${wanted.orderId} ${wanted.attempt}`, () => server.create(wanted)),
    findIntent: (wanted) => ask(`find ${wanted.orderId} ${wanted.attempt}`, () => server.find(wanted)),
    readIntent: (id) => ask(`read ${id}`, () => server.read(id)),
    confirmIntent: ({ providerObjectId: id }) => ask(`confirm ${id}`, () => server.confirm(id)),
    captureIntent: ({ providerObjectId: id }) => ask(`capture ${id}`, () => server.capture(id)),
    voidIntent: ({ providerObjectId: id }) => ask(`void ${id}`, () => server.cancel(id)),
    refund: (wanted) => ask(`refund ${wanted.refundId}`, () => server.refund(wanted)),
    findRefund: (wanted) => ask(`find refund ${wanted.refundId}`, () => server.findRefund(wanted)),
    readRefund: (id) => ask(`read ${id}`, () => server.readRefund(id)),
    readDispute: (id) => ask(`read ${id}`, () => server.readDispute(id)),
    kindOfNotice: () => 'intent',
  }
}
