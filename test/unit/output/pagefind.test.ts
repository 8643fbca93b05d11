import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { beginIndex } from '../../../src/output/pagefind.js'

const pages = [{ url: '/a/', html: '<html><body data-pagefind-body><h1>A</h1><p>Words.</p></body></html>' }]

/** Gives the processes of Pagefind that this one has started, as Linux tells of them. */
function processesOfPagefind(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const read = (file: string) => {
        try {
          return readFileSync(`/proc/${name}/${file}`, 'utf8')
        } catch {
          return ''
        }
      }
      const [, parent] = /^PPid:\s*(\d+)$/m.exec(read('status')) ?? []
      return Number(parent) === process.pid && read('cmdline').includes('pagefind')
    })
    .map(Number)
}

describe.skipIf(!existsSync('/proc/self/status'))('A process of Pagefind that is killed', () => {
  it('is a fault of this index, and the next is made by another', async () => {
    const made = await beginIndex('en').files(pages, true)
    const [pid = 0, ...others] = processesOfPagefind()
    expect([pid > 0, others]).toEqual([true, []])
    process.kill(pid, 'SIGSTOP')
    const waiting = Promise.allSettled([
      beginIndex('en').files(pages, true),
      beginIndex('de').files(pages, false),
    ])
    await new Promise((resolve) => setTimeout(resolve, 50))
    process.kill(pid, 'SIGKILL')
    const fault = { status: 'rejected', reason: { message: 'Pagefind ended before it was done.' } }
    expect(await waiting).toMatchObject([fault, fault])
    expect(await beginIndex('en').files(pages, true)).toEqual(made)
    expect(processesOfPagefind()).not.toContain(pid)
  })

  it('between two indexes is no fault, or one of the next alone', async () => {
    await beginIndex('en').files(pages, true)
    for (const pid of processesOfPagefind()) process.kill(pid, 'SIGKILL')
    await beginIndex('en')
      .files(pages, true)
      .catch((error) => expect(error).toMatchObject({ message: 'Pagefind ended before it was done.' }))
    expect(await beginIndex('en').files(pages, true)).not.toEqual([])
  })
})
