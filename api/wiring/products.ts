import { type ChangeProductPorts, changeProduct, type ProductChange } from '#commands/change-product.ts'
import type { Origin } from '#commands/context.ts'
import { unreachable } from '#domain/assert.ts'
import type { ProductRefusal } from '#domain/product/commands.ts'
import type { ProductChangeView, ProductCommandRefusal } from '../contract/product.ts'
import { refuse } from '../problems.ts'

import type { DescribeProductDependencies } from '../routes/products/describe-product.ts'
import type { DiscontinueProductDependencies } from '../routes/products/discontinue-product.ts'
import type { ListProductDependencies } from '../routes/products/list-product.ts'
import type { PriceProductDependencies } from '../routes/products/price-product.ts'

type Products = ListProductDependencies &
  DescribeProductDependencies &
  PriceProductDependencies &
  DiscontinueProductDependencies

const refusalOf = (sku: string, refusal: ProductRefusal): ProductCommandRefusal => {
  switch (refusal.code) {
    case 'already_listed':
      return refuse('product_exists', `${sku} is already listed: change it instead.`)
    case 'not_listed':
      return refuse('product_not_found', `${sku} is not listed.`)
    case 'discontinued':
      return refuse('product_discontinued', `${sku} is no longer sold.`)
    case 'currency_changed':
      return refuse('currency_changed', `The currency of ${sku} is ${refusal.currency} and cannot change.`)
    default:
      return unreachable(refusal)
  }
}

export const wireProducts = (ports: ChangeProductPorts): Products => {
  const change = async (
    sku: string,
    wanted: ProductChange,
    origin: Origin,
  ): Promise<ProductChangeView | ProductCommandRefusal> => {
    const changed = await changeProduct(sku, wanted, origin, ports)
    return 'code' in changed ? refusalOf(sku, changed) : changed
  }
  return {
    listProduct: ({ sku, name, description, brand, category, price, currency, attributes, imageUrl }, origin) => {
      const described = {
        name,
        description: description ?? null,
        brand: brand ?? null,
        category: category ?? null,
        attributes: attributes ?? {},
        imageUrl: imageUrl ?? null,
      }
      return change(sku, { type: 'ListProduct', ...described, unitPrice: price, currency }, origin)
    },
    describeProduct: ({ sku, ...fields }, origin) => change(sku, { type: 'DescribeProduct', change: fields }, origin),
    priceProduct: ({ sku, price, currency }, origin) =>
      change(sku, { type: 'PriceProduct', unitPrice: price, currency }, origin),
    discontinueProduct: ({ sku, reason }, origin) =>
      change(sku, { type: 'DiscontinueProduct', reason: reason ?? null }, origin),
  }
}
