import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { canMount, moveToSmallDisk } from './small-disk.ts'

test('given a folder on a small disk, when the disk is full, then nothing can be written until it is freed, and moving back keeps all files', ({
  skip,
}) => {
  if (!canMount()) return skip('this process may not mount file systems')
  const root = mkdtempSync(path.join(tmpdir(), 'small-disk-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const folder = path.join(root, 'folder')
  const before = path.join(folder, 'before')
  const after = path.join(folder, 'after')
  mkdirSync(folder)
  writeFileSync(before, 'kept')

  const disk = moveToSmallDisk(folder, 1_024 * 1_024)
  disk.fill()
  expect(() => writeFileSync(after, 'lost')).toThrow('ENOSPC')
  expect(readFileSync(before, 'utf8')).toBe('kept')
  disk.free()
  writeFileSync(after, 'added')
  disk.moveBack()

  expect(readdirSync(root)).toEqual(['folder'])
  expect(readdirSync(folder).toSorted()).toEqual(['after', 'before'])
  expect(readFileSync(after, 'utf8')).toBe('added')
})
