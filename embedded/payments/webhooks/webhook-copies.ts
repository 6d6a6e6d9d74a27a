import type { Faults } from '../faults/faults.ts'
import type { Post } from './webhooks.ts'

/** Makes a delivery as often as the switches say. It counts as acknowledged when every copy was. */
export const postCopies =
  (post: Post, { copies }: Pick<Faults, 'copies'>): Post =>
  async (body) => {
    const { times, together } = copies()
    if (together) return (await Promise.all(Array.from({ length: times }, () => post(body)))).every(Boolean)
    let acknowledged = true
    for (let made = 0; made < times; made += 1) acknowledged = (await post(body)) && acknowledged
    return acknowledged
  }
