/** Backslashes that are doubled, as generators need it whose Markdown eats every other one. */
import { knownCommands } from './commands.js'

/** What is wrong at a place in TeX. */
export interface Doubled {
  /** The offset of the backslashes. */
  readonly at: number
  readonly reason: string
  readonly hint: string
}

const commands: ReadonlySet<string> = new Set(knownCommands)
/** Backslashes, and behind them an edge of an environment, another command, or a sign. */
const backslashes = /(\\+)(?:(begin|end)\{([^{}\n]{0,40})\}|([a-zA-Z]+)|([^\\]?))/g
/** Signs that a line of a formula hardly begins with, and that are commands behind one backslash. */
const signsOfCommands = /^[{}_,;:!|]$/
/** Environments whose rows are what they hold: none is left empty for the room alone. */
const tables = /matrix|cases|array/
/** Commands that have rows. */
const stacks = /^(?:begin|substack|shortstack)$/

/**
 * Gives the first place in TeX that has more backslashes than are likely meant; null where all may be. Two before a command
 * end a line instead, and four leave a row empty: that is likely in tables, and where every row of a formula ends so.
 */
export function doubledIn(tex: string): Doubled | null {
  if (!tex.includes('\\\\')) return null
  const runs = runsIn(tex)
  const hasRows = tex.includes('&') || runs.some(({ count, name }) => isOdd(count) && stacks.test(name))
  // Who ends some rows with two and others with four leaves room between them.
  const breaks = runs.filter(({ count }) => count > 1)
  const isHabit = breaks.every(({ count }) => count > 3)
  for (const { at, count, name, sign, environment } of breaks) {
    const isCommand =
      !isOdd(count) && (name.length > 1 ? commands.has(`\\${name}`) : !hasRows && signsOfCommands.test(sign))
    if (isCommand) {
      const [text, meant] = [`${'\\'.repeat(Math.min(count, 8))}${name}${sign}`, `\\${name}${sign}`]
      const many = count === 2 ? 'one backslash' : `${count - 1} backslashes`
      return {
        at,
        reason: `"${text}" ends a line in TeX: ${many} too many, as other generators need it?`,
        hint: `Write "${meant}": formulas reach TeX as they are written.`,
      }
    }
    if (count > 3 && (isHabit || tables.test(environment ?? '')))
      return {
        at,
        reason:
          '"\\\\\\\\" leaves a row empty in TeX: backslashes that are doubled, as other generators need it?',
        hint: 'Write "\\\\" at the end of a row, and "\\\\[1em]" for more room below it.',
      }
  }
  return null
}

/** Backslashes of a formula, with what follows them. */
interface Run {
  readonly at: number
  readonly count: number
  /** The letters behind them; empty: there are none. */
  readonly name: string
  /** The sign behind them. */
  readonly sign: string
  /** The innermost environment that they stand in. */
  readonly environment: string | null
}

function runsIn(tex: string): readonly Run[] {
  const open: string[] = []
  return [...tex.matchAll(backslashes)].map(
    ({ 1: run = '', 2: edge, 3: environment = '', 4: name = '', 5: sign = '', index: at }) => {
      const within = open.at(-1) ?? null
      if (edge === 'begin' && isOdd(run.length)) open.push(environment)
      if (edge === 'end' && isOdd(run.length)) open.pop()
      return { at, count: run.length, name: edge ?? name, sign, environment: within }
    },
  )
}

function isOdd(count: number): boolean {
  return count % 2 === 1
}
