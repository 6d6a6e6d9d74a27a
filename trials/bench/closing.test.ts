import { expect, test } from 'vitest'
import { closable, closeAll } from './closing.ts'

test('what is open is closed once, the youngest first, whatever fails', async () => {
  const closed: string[] = []
  const folder = closable(async () => void closed.push('folder'))
  closable(async () => {
    closed.push('server')
    throw new Error('it was gone already')
  })
  const early = closable(async () => void closed.push('early'))

  await early()
  await closeAll()
  await folder()
  await closeAll()

  expect(closed).toEqual(['early', 'server', 'folder'])
})
