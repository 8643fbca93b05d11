import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openCache } from '../../src/cache.js'
import { digestOf } from '../../src/digest.js'

const folder = mkdtempSync(join(tmpdir(), 'scholium-cache-'))
afterAll(() => rmSync(folder, { recursive: true }))

const cache = openCache(folder)
const pathOf = (key: string) => join(folder, key.slice(0, 2), key)

describe('The cache', () => {
  it('gives back the texts and the bytes that it was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.uint8Array(), (text, bytes) => {
        const [one, other] = [digestOf(`text ${text}`), digestOf(bytes)]
        cache.put(one, text)
        cache.put(other, bytes)
        expect(cache.get(one)).toBe(text.toWellFormed())
        expect([...(cache.bytes(other) ?? [])]).toEqual([...bytes])
      }),
    )
  })

  it('has nothing under a key that it was given nothing for', () => {
    const key = digestOf('never put into it')
    expect([cache.get(key), cache.bytes(key), cache.has(key)]).toEqual([null, null, false])
  })

  it('does not give an entry in which any byte has changed, or that is cut off', () => {
    const key = digestOf('damaged')
    cache.put(key, Buffer.from([0, 255, 10, 128, 7]))
    const whole = readFileSync(pathOf(key))
    for (const [at, byte] of whole.entries()) {
      // The line break before the value says nothing.
      if (at === 32) continue
      writeFileSync(pathOf(key), whole.with(at, byte ^ 1))
      expect(cache.bytes(key), `byte ${at}`).toBe(null)
    }
    writeFileSync(pathOf(key), whole.subarray(0, -1))
    expect(cache.bytes(key)).toBe(null)
  })

  it('does not give an entry that has another’s name', () => {
    const [one, other] = [digestOf('one'), `${digestOf('one').slice(0, 2)}${digestOf('other').slice(2)}`]
    cache.put(one, Buffer.from([1]))
    renameSync(pathOf(one), pathOf(other))
    expect(cache.bytes(other)).toBe(null)
  })

  it('leaves no temporary file behind', () => {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    expect(names.filter((name) => name.includes('.'))).toEqual([])
  })
})
