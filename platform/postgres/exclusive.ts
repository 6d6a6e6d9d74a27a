import type pg from 'pg'

/**
 * Has the name for this process alone until it is released, or the process or its connection ends; undefined where another
 * has it. Costs a connection of the pool.
 */
export const holdExclusively = async (pool: pg.Pool, name: string): Promise<(() => Promise<void>) | undefined> => {
  const client = await pool.connect()
  try {
    const { rows } = await client.query<{ held: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as held',
      [name],
    )
    if (rows[0]?.held) return () => letGo(client, name)
  } catch (error) {
    client.release(true)
    throw error
  }
  client.release()
  return undefined
}

const letGo = async (client: pg.PoolClient, name: string): Promise<void> => {
  try {
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name])
    client.release()
  } catch {
    // The lock ends with its session.
    client.release(true)
  }
}
