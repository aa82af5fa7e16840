import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pictureType } from './pictures.ts'

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

describe('pictures', () => {
  it('are known by their first bytes', () => {
    assert.equal(pictureType(bytes('\x89PNG\r\n\x1a\nrest')), 'image/png')
    assert.equal(pictureType(bytes('\xff\xd8\xff\xe0')), 'image/jpeg')
    assert.equal(pictureType(bytes('RIFF\x00\x00\x00\x00WEBPVP8 ')), 'image/webp')
  })

  it('are nothing that a browser could run', () => {
    for (const text of ['<svg xmlns=', '<!doctype html>', '%PDF-1.7', 'PNG', ''])
      assert.equal(pictureType(bytes(text)), null)
  })
})
