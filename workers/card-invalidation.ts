import type { ProductCards } from '#platform/redis/product-cards.ts'
import { catalogueProjection } from '#projections/catalogue/apply.ts'
import type { ProjectionStore } from '#projections/ports.ts'

/**
 * A projection store that deletes the cached cards of the products whose rows it has just written, so that the next reader
 * gets the new row. It does not wait for Redis; a card that is not deleted expires by its time to live.
 */
export const invalidating = (
  store: ProjectionStore,
  cards: Pick<ProductCards, 'invalidate'> | undefined,
): ProjectionStore => {
  if (cards === undefined) return store
  return {
    load: store.load,
    commit: async (commit) => {
      const outcome = await store.commit(commit)
      if (outcome === 'committed' && commit.projection === catalogueProjection.name) {
        const skus = new Set(commit.rows.map(({ key: [sku] }) => String(sku)))
        if (skus.size > 0) void cards.invalidate([...skus])
      }
      return outcome
    },
  }
}
