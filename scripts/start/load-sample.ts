import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type SampleProduct, sampleProducts } from '../sample/catalogue.ts'

const inFlightMax = 16
const requestMillisecondsMax = 30_000

type Api = { readonly url: string; readonly staffToken: string }

/** Already listed is done, too: an interrupted load is taken up again. */
const done: ReadonlySet<number> = new Set([200, 201, 409])

const post = async ({ url, staffToken }: Api, route: string, key: string, body: object): Promise<void> => {
  const response = await fetch(`${url}${route}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${staffToken}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(requestMillisecondsMax),
  })
  if (!done.has(response.status)) throw new Error(`${route} answered ${response.status}: ${await response.text()}`)
}

const load = async (api: Api, { quantity, ...product }: SampleProduct): Promise<void> => {
  await post(api, '/v1/products', `sample-catalogue-list-${product.sku}`, product)
  if (quantity === 0) return
  await post(api, `/v1/stock/${product.sku}/receive`, `sample-catalogue-receive-${product.sku}`, { quantity })
}

/** Lists the sample products and receives their stock through the API, once for a data folder. */
export const loadSampleCatalogue = async (api: Api, dataDir: string, say: (line: string) => void): Promise<void> => {
  const marker = path.join(dataDir, 'sample-catalogue-loaded')
  if (existsSync(marker)) return
  const products = [...sampleProducts()]
  say(`loading the sample catalogue (${products.length} products) …`)
  const loader = async (): Promise<void> => {
    for (let product = products.pop(); product !== undefined; product = products.pop()) await load(api, product)
  }
  await Promise.all(Array.from({ length: inFlightMax }, loader))
  writeFileSync(marker, '')
}
