import { unreachable } from '../assert.ts'
import { accepted, type Decision, refused } from '../decision.ts'
import type { Instant } from '../values/instant.ts'
import type {
  DescribeProduct,
  DiscontinueProduct,
  ListProduct,
  PriceProduct,
  ProductAnswer,
  ProductCommand,
  ProductRefusal,
} from './commands.ts'
import type { ProductEvent } from './events.ts'
import { type Description, type ProductState, productMemory } from './state.ts'

export type ProductDecision = Decision<ProductEvent, ProductAnswer, ProductRefusal>
type Listed = Exclude<ProductState, { readonly stage: 'unlisted' }>

const done = (...events: readonly ProductEvent[]): ProductDecision => accepted(events, { kind: 'done' })

const appliedBefore = (command: ProductCommand, state: Listed, at: Instant): boolean =>
  state.applied.some(
    ({ commandId, at: then }) => commandId === command.commandId && at - then < productMemory.milliseconds,
  )

const sameAttributes = (left: Description['attributes'], right: Description['attributes']): boolean => {
  const names = Object.keys(left)
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name])
}

const sameDescription = (left: Description, right: Description): boolean =>
  left.name === right.name &&
  left.description === right.description &&
  left.brand === right.brand &&
  left.category === right.category &&
  left.imageUrl === right.imageUrl &&
  sameAttributes(left.attributes, right.attributes)

const list = ({ type: _, ...product }: ListProduct, at: Instant): ProductDecision =>
  done({ type: 'ProductListed', data: { ...product, at } })

const describe = ({ commandId, change }: DescribeProduct, state: Listed, at: Instant): ProductDecision => {
  const description = { ...state.description, ...change }
  if (sameDescription(description, state.description)) return done()
  return done({ type: 'ProductDescribed', data: { ...description, at, commandId } })
}

const price = (command: PriceProduct, state: Listed, at: Instant): ProductDecision => {
  const { commandId, unitPrice, currency } = command
  if (currency !== state.currency) return refused({ code: 'currency_changed', currency: state.currency })
  if (unitPrice === state.unitPrice) return done()
  return done({ type: 'ProductPriced', data: { at, commandId, unitPrice, currency } })
}

const discontinue = ({ commandId, reason }: DiscontinueProduct, at: Instant): ProductDecision =>
  done({ type: 'ProductDiscontinued', data: { at, commandId, reason } })

/** Decides one command on one product, at log time `at`. A command that changes nothing is accepted without an event. */
export const decideProduct = (command: ProductCommand, state: ProductState, at: Instant): ProductDecision => {
  if (state.stage === 'unlisted')
    return command.type === 'ListProduct' ? list(command, at) : refused({ code: 'not_listed' })
  if (appliedBefore(command, state, at)) return done()
  if (command.type === 'ListProduct') return refused({ code: 'already_listed' })
  if (state.stage === 'discontinued')
    return command.type === 'DiscontinueProduct' ? done() : refused({ code: 'discontinued' })
  switch (command.type) {
    case 'DescribeProduct':
      return describe(command, state, at)
    case 'PriceProduct':
      return price(command, state, at)
    case 'DiscontinueProduct':
      return discontinue(command, at)
    default:
      return unreachable(command)
  }
}
