// Damage of the log on disk, found by whoever meets it. It is told in one line and never served.

const CODE = 'ERR_LOG_DAMAGED'

export function damage(what: string): Error {
  return Object.assign(new Error(`The log is damaged: ${what}. Restore the data folder from a backup.`), { code: CODE })
}

export function isDamage(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === CODE
}
