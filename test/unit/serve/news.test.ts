import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Diagnostic } from '../../../src/diagnostics.js'
import { newsOf, remainingLine, type Told } from '../../../src/serve/news.js'

const found = (severity: Diagnostic['severity'], message: string, line: number): Diagnostic => ({
  ...{ rule: 'math-renders', severity, message, file: 'a.md', line },
})
const warning = (message: string, line = 1) => found('warn', message, line)
const error = (message: string) => found('error', message, 1)

/** Builds in a row, and what is printed of each: messages with their lines, then how many are as before. */
function printed(...builds: readonly (readonly Diagnostic[])[]) {
  let told: Told = new Set()
  return builds.map((diagnostics) => {
    const ok = diagnostics.every(({ severity }) => severity !== 'error')
    const news = newsOf(told, { ok, diagnostics })
    told = news.told
    return [...news.fresh.map(({ message, line }) => `${message} ${line}`), remainingLine(news.remaining)]
  })
}

it('A warning is printed once, and then counted', () => {
  expect(printed([warning('a')], [warning('a')], [warning('a'), warning('b')], [warning('b')])).toEqual([
    ['a 1', null],
    ['1 warning as before.'],
    ['b 1', '1 warning as before.'],
    ['1 warning as before.'],
  ])
})

it('A warning that only moves is no news; one more of the same words is, and so is one that comes back', () => {
  expect(
    printed([warning('a', 3)], [warning('a', 9)], [warning('a', 3), warning('a', 9)], [], [warning('a')]),
  ).toEqual([['a 3', null], ['1 warning as before.'], ['a 9', '1 warning as before.'], [null], ['a 1', null]])
})

it('Errors are printed as long as they are there, and what was told before them stays told', () => {
  const both = [warning('a'), error('x')]
  expect(printed([warning('a')], both, [error('x')], [warning('a')])).toEqual([
    ['a 1', null],
    ['x 1', '1 warning as before.'],
    ['x 1', null],
    ['1 warning as before.'],
  ])
})

it('Whatever a build finds is printed or counted, and nothing is both', () => {
  const build = fc.array(fc.constantFrom(warning('a'), warning('b', 2), warning('b', 3), error('x')))
  fc.assert(
    fc.property(fc.array(build), (builds) => {
      let told: Told = new Set()
      for (const diagnostics of builds) {
        const news = newsOf(told, { ok: true, diagnostics })
        expect(news.fresh.length + news.remaining).toBe(diagnostics.length)
        expect(newsOf(news.told, { ok: true, diagnostics }).fresh).toEqual(
          diagnostics.filter(({ severity }) => severity === 'error'),
        )
        told = news.told
      }
    }),
  )
})
