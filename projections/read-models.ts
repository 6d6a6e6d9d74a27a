import { catalogueProjection } from './catalogue/apply.ts'
import { holdsProjection } from './holds/apply.ts'
import { noticesProjection } from './notices/apply.ts'
import { ordersProjection } from './orders/apply.ts'
import type { Projection } from './ports.ts'
import { stockProjection } from './stock/apply.ts'
import { timelineProjection } from './timeline/apply.ts'

/** Every read model of the read database. */
export const readModels: readonly Projection[] = [
  catalogueProjection,
  stockProjection,
  holdsProjection,
  ordersProjection,
  timelineProjection,
  noticesProjection,
]
