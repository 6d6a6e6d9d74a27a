import { expect, test } from 'vitest'
import { closable, closeAll } from './closing.ts'

test('closes everything that is open once, newest first, also after one of them fails', async () => {
  const closed: string[] = []
  const folder = closable(async () => void closed.push('folder'))
  closable(async () => {
    closed.push('server')
    throw new Error('it has already ended')
  })
  const early = closable(async () => void closed.push('early'))

  await early()
  await closeAll()
  await folder()
  await closeAll()

  expect(closed).toEqual(['early', 'server', 'folder'])
})
