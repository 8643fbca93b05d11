/**
 * Every regular expression of the sources, those that are put together at run time among them, judged by a program that
 * looks for texts on which it takes more than linear time.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkSync } from 'recheck'
import { parseAst } from 'rolldown/parseAst'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MadeExpressions, madeExpressions } from './made-expressions.js'

// In this process: no program of its own, and no Java.
process.env.RECHECK_SYNC_BACKEND = 'pure'

const sources = fileURLToPath(new URL('../../src/', import.meta.url))

interface Literal {
  readonly file: string
  readonly pattern: string
  readonly flags: string
}

/** What is slow on some texts and given none that is longer than a line or two: why. */
const excused: ReadonlyMap<string, string> = new Map([
  [String.raw`(['"]).*[/\\]([^/\\]+)\1`, 'Of a message, 300 characters are looked at.'],
  [
    String.raw`"""(?:\\[\s\S]|[^\\])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*`,
    'In TOML that was parsed before, every string ends.',
  ],
  [
    String.raw`\[\^[^\]]+\]:[ \t]*`,
    'A label has a thousand characters at the most, and a line begins with few.',
  ],
])

/** How long, in milliseconds of the processor, an expression may look for matches in a text of {@link size} characters: the square would take seconds. */
const patience = 150
const size = 40_000

/** Gives how long it takes on a text that the program says is bad for it. */
function timeOn(
  { pattern, flags }: Literal,
  {
    pumps,
    suffix,
  }: {
    readonly pumps: readonly { readonly prefix: string; readonly pump: string }[]
    readonly suffix: string
  },
): number {
  const share = size / Math.max(1, pumps.length)
  const text = pumps.map(({ prefix, pump }) => prefix + pump.repeat(share / pump.length)).join('') + suffix
  const expression = new RegExp(pattern, flags.includes('g') || flags.includes('y') ? flags : `${flags}g`)
  const before = process.cpuUsage()
  text.replace(expression, '')
  return process.cpuUsage(before).user / 1000
}

function literals(): readonly Literal[] {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .sort()
  return files.flatMap((file) => {
    const found: Literal[] = []
    const look = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return
      const { regex } = node as { readonly regex?: { readonly pattern: string; readonly flags: string } }
      if (regex) found.push({ file: file.replaceAll('\\', '/'), pattern: regex.pattern, flags: regex.flags })
      for (const inner of Object.values(node)) look(inner)
    }
    look(parseAst(readFileSync(join(sources, file), 'utf8'), { lang: 'ts' }))
    return found
  })
}

/** Gives those that are slow on a text made for it, each with that text. */
function slowOf(all: readonly Literal[]): readonly string[] {
  return all
    .filter(({ pattern }) => !excused.has(pattern))
    .flatMap((literal) => {
      const { file, pattern, flags } = literal
      // `d` says nothing of how a match is found.
      const found = checkSync(pattern, flags.replace('d', ''), { timeout: 10_000, randomSeed: 1 })
      if (found.status !== 'vulnerable' || timeOn(literal, found.attack) <= patience) return []
      return [`${file} /${pattern}/${flags}: ${found.attack.pattern}`]
    })
}

describe('A regular expression', () => {
  const all = literals()

  it('takes linear time, or is given no text on which it does not', { timeout: 1_200_000 }, () => {
    expect(slowOf(all)).toEqual([])
  })

  it('is excused where it stands', () => {
    const known = new Set(all.map(({ pattern }) => pattern))
    const gone = [...excused.keys()].filter((pattern) => !known.has(pattern))
    expect(gone).toEqual([])
  })
})

describe('A regular expression that is put together at run time', () => {
  let made: MadeExpressions
  beforeAll(async () => {
    made = await madeExpressions()
  }, 600_000)
  afterAll(() => made?.close())

  it('is seen wherever the sources make one', () => {
    expect(made.places.size).toBeGreaterThan(20)
    expect(made.unseen).toEqual([])
  })

  it('takes linear time', { timeout: 1_200_000 }, () => {
    expect(slowOf(made.expressions)).toEqual([])
  })
})
