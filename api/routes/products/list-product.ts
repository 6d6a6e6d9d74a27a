import { z } from 'zod'
import { noAnswerCodes } from '../../command-route.ts'
import { currencyField, skuField } from '../../contract/fields.ts'
import { presentProductChanged, priceField, productChangedSchema, productDescription } from '../../contract/product.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'
import type { ProductUseCase } from './product-route.ts'

const listRequest = z
  .strictObject({
    sku: skuField,
    name: productDescription.name,
    description: productDescription.description.optional(),
    brand: productDescription.brand.optional(),
    category: productDescription.category.optional(),
    price: priceField,
    currency: currencyField,
    attributes: productDescription.attributes.optional(),
    imageUrl: productDescription.imageUrl.optional(),
  })
  .meta({ id: 'ListProductRequest' })

type ListProductRequest = Readonly<z.output<typeof listRequest>>
export type ListProductDependencies = { readonly listProduct: ProductUseCase<ListProductRequest> }

export const listProductRoute = ({ listProduct }: ListProductDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/products',
    name: 'listProduct',
    tag: 'Products',
    summary: 'Add a product to the catalogue',
    access: 'staff',
    body: listRequest,
    responses: { 201: { description: 'The product is listed.', body: productChangedSchema } },
    refusals: ['product_exists', ...noAnswerCodes],
    handle: async ({ body, origin }) => {
      const listed = await listProduct(body, origin)
      if (isRefusal(listed)) return listed
      const location = `/v1/products/${encodeURIComponent(listed.sku)}`
      return { status: 201, body: presentProductChanged(listed), headers: { location } }
    },
  })
