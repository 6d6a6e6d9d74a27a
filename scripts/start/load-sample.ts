import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { type SampleProduct, sampleProducts } from '../sample/catalogue.ts'

const inFlightMax = 16
const requestMillisecondsMax = 30_000

/** `signal` cuts the load short; the next start takes it up again. */
type Api = { readonly url: string; readonly staffToken: string; readonly signal?: AbortSignal }

/** Already listed is done, too: an interrupted load is taken up again. */
const done: ReadonlySet<number> = new Set([200, 201, 409])
const changed = z.object({ position: z.string() })

const call = async ({ url, staffToken, signal }: Api, route: string, more: RequestInit): Promise<Response> =>
  fetch(`${url}${route}`, {
    ...more,
    headers: { authorization: `Bearer ${staffToken}`, 'content-type': 'application/json', ...more.headers },
    signal: AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(requestMillisecondsMax)]),
  })

/** The position of what was written, where something was. */
const post = async (api: Api, route: string, key: string, body: object): Promise<bigint> => {
  const response = await call(api, route, {
    method: 'POST',
    headers: { 'idempotency-key': key },
    body: JSON.stringify(body),
  })
  if (!done.has(response.status)) throw new Error(`${route} answered ${response.status}: ${await response.text()}`)
  return BigInt(changed.safeParse(await response.json()).data?.position ?? 0)
}

const load = async (api: Api, { quantity, ...product }: SampleProduct): Promise<bigint> => {
  const listed = await post(api, '/v1/products', `sample-catalogue-list-${product.sku}`, product)
  if (quantity === 0) return listed
  return post(api, `/v1/stock/${product.sku}/receive`, `sample-catalogue-receive-${product.sku}`, { quantity })
}

/**
 * Lists the sample products and receives their stock through the API, once for a data folder; returns when they can be
 * found.
 */
export const loadSampleCatalogue = async (api: Api, dataDir: string, say: (line: string) => void): Promise<void> => {
  const marker = path.join(dataDir, 'sample-catalogue-loaded')
  if (existsSync(marker)) return
  const products = [...sampleProducts()]
  say(`loading the sample catalogue (${products.length} products) …`)
  let latest = 0n
  const loader = async (): Promise<void> => {
    for (let product = products.pop(); product !== undefined; product = products.pop()) {
      const position = await load(api, product)
      if (position > latest) latest = position
    }
  }
  await Promise.all(Array.from({ length: inFlightMax }, loader))
  await (await call(api, `/v1/products?limit=1&minPosition=${latest}`, {})).text()
  writeFileSync(marker, '')
}
