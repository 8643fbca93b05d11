import { test } from 'vitest'
import { renderer } from '/work/main/src/markdown/pipeline.js'
import { parseConfig } from '/work/main/src/config.js'
import { theoremKinds } from '/work/main/src/markdown/theorems.js'
const c = parseConfig('').config!
const render = renderer({ siteUrl: null, smartPunctuation: true, math: c.math, theorems: theoremKinds })
const n = 10000
const cases: Record<string,string> = {
  '$': '$ '.repeat(n), '$a': '$a '.repeat(n), '$$': '$$ '.repeat(n), '$$\\n': '$$\n'.repeat(n), '{': '$x {'.repeat(n), 'brace': '$' + '{'.repeat(n),
  'balanced': '$' + '{'.repeat(n) + '}'.repeat(n) + '$',
  'quote1000': '> '.repeat(1000) + 'x', 'list300': Array.from({length: 300}, (_, i) => '  '.repeat(i) + '- x').join('\n'),
  'formulas': '$x$ '.repeat(n), 'displays': '$$x$$\n\n'.repeat(n), 'align': '\\begin{align}\n' + 'a &= b \\\\\n'.repeat(n) + '\\end{align}',
  'refs': '# H {#h}\n\n' + '[](#h) '.repeat(n), 'eqrefs': '$$x\\label{a}$$\n\n' + '\\ref{a} '.repeat(n),
  'labels': Array.from({length: n}, (_, i) => `$$x\\label{a${i}}$$\n\n\\eqref{a${i}}`).join('\n\n'),
  'bbox': '$$' + '\\bbox['.repeat(n) + '$$',
}
for (const [k, v] of Object.entries(cases)) test(k, () => {
  const t = Date.now()
  let r; try { r = render(v, 'T') } catch (e) { console.log(k, 'THROWS', String(e).slice(0,200)) }
  console.log(k, Date.now() - t, 'ms', r?.html.length, r?.diagnostics.length, r?.diagnostics[0]?.message?.slice(0,100))
}, 600000)
