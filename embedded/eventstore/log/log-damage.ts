// Damage of the log on disk. The start or the read that meets it fails with one line; damaged events are never served.

const damageCode = 'ERR_LOG_DAMAGED'

export const damage = (what: string): Error => {
  return Object.assign(new Error(`The log is damaged: ${what}. Restore the data folder from a backup.`), {
    code: damageCode,
  })
}

export const isDamage = (error: unknown): error is Error => {
  return error instanceof Error && 'code' in error && error.code === damageCode
}
