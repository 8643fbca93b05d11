import katex from 'katex'
import { describe, expect, it } from 'vitest'
import { knownCommands, knownEnvironments, ownCommands } from '../../../../src/markdown/math/commands.js'
import { standardMacros } from '../../../../src/markdown/math/equation.js'

/** What KaTeX says against a formula; '' if nothing. */
function fault(tex: string): string {
  try {
    katex.renderToString(tex, {
      displayMode: true,
      strict: 'ignore',
      trust: true,
      macros: { ...standardMacros },
    })
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

describe('the known commands', () => {
  it('are all known to KaTeX', () => {
    const unknown = knownCommands.filter((command) => {
      const said = fault(`${command}{a}{a}`)
      return said.includes(`Undefined control sequence: ${command}`) && fault(`\\text{${command}{a}}`) !== ''
    })
    expect(unknown).toEqual([])
  })

  it('are each given once, in order', () => {
    expect(knownCommands).toEqual([...new Set(knownCommands)].sort())
  })

  it('hold what KaTeX’s documentation lists', () => {
    const documented =
      'alpha Omega varepsilon frac dfrac binom sqrt sum prod int oint iint lim limsup sup max sin log hat widehat vec overline underbrace ' +
      'overset stackrel mathbb mathcal mathfrak mathscr mathrm boldsymbol bm text textbf operatorname left right middle big Bigg ' +
      'langle lVert lfloor leq geq neq approx equiv subseteq in notin forall exists nabla partial infty cdot times otimes ' +
      'to mapsto rightarrow Longleftrightarrow xrightarrow iff implies quad hspace phantom smash color textcolor colorbox boxed ' +
      'cancel tag nonumber begin end newcommand renewcommand providecommand def gdef let hline limits nolimits substack ' +
      'pmod bmod gcd det dots ldots cdots vdots ddots href url includegraphics htmlId verb displaystyle scriptsize Huge rule kern'
    const missing = documented.split(' ').filter((name) => !knownCommands.includes(`\\${name}`))
    expect(missing).toEqual([])
  })

  it('hold none that Scholium reads itself', () => {
    expect(ownCommands.filter((command) => knownCommands.includes(command))).toEqual([])
    expect(ownCommands.filter((command) => fault(`${command}{a}`) === '')).toEqual([])
  })
})

describe('the known environments', () => {
  it('are known to KaTeX, or those that LaTeX has and KaTeX has under another name', () => {
    const others = knownEnvironments.filter((name) => {
      const columns = /array|subarray|alignat|alignedat/.test(name) ? '{1}' : ''
      return fault(
        `\\begin{${name}}${columns.replace('1', /align/.test(name) ? '1' : 'c')} a \\end{${name}}`,
      ).includes('No such environment')
    })
    expect(others).toEqual(['eqnarray', 'eqnarray*', 'flalign', 'flalign*', 'multline', 'multline*'])
  })
})
