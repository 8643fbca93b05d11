/**
 * Posts for measuring: the same ones every time, in the shape that people write (front matter, headings,
 * prose, inline and display math, code, lists, tables). A post has about 7 kB, 75 formulas and 2 code
 * blocks; most formulas occur once in the whole corpus. As a script it writes them:
 * node corpus.mjs COUNT FOLDER [SEED]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const letters = 'abcdefghijklmnpqrstuvwxyz'.split('')
const greek = ['\\alpha', '\\beta', '\\gamma', '\\theta', '\\lambda', '\\mu', '\\sigma', '\\phi', '\\omega']
const words = (
  'neural network gradient descent model layer weight bias activation function loss data training learning ' +
  'rate batch optimizer kernel tensor matrix vector embedding attention transformer convolution recurrent ' +
  'sequence probability distribution variance expectation sampling inference posterior prior likelihood ' +
  'regularization dropout the a of and to in is that for with we can this as by an are be from which'
).split(' ')
const allTags = (
  'Deep Learning|Neural Networks|AI|TensorFlow|PyTorch|NLP|Vision|Statistics|Optimization|Math|Python|' +
  'TypeScript|C++|Rust|MLOps|Theory|Tutorial|Papers|Bayesian|Graphs'
).split('|')
const categories = ['Deep Learning', 'Machine Learning', 'Mathematics', 'Engineering', 'Notes']

const days = 86_400_000
const firstDay = Date.UTC(2012, 0, 1)
/** The corpus covers this many days, however many posts it has. */
const span = 5000

/** Random numbers in [0, 1) from a seed: a linear congruential generator with the constants of Numerical Recipes. */
function generator(seed) {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Gives the posts as `{ name, text }`, one by one: they need not all be in memory. */
export function* posts(count, seed = 12345) {
  const random = generator(seed)
  const pick = (list) => list[Math.floor(random() * list.length)]
  const int = (from, to) => from + Math.floor(random() * (to - from + 1))
  const times = (n, make) => Array.from({ length: n }, make)
  const chance = (share) => random() < share

  const inlineMath = () =>
    pick([
      () => `${pick(letters)}_{${int(1, 99)}}`,
      () => `\\mathcal{${pick(letters).toUpperCase()}}_${pick(letters)}`,
      () => `${pick(greek)}_${pick(letters)}^{${int(2, 9)}}`,
      () => `\\|${pick(letters)}\\|_2^2`,
      () => `O(n^{${int(2, 5)}} \\log ${pick(letters)})`,
      () => pick(greek),
    ])()

  const displayMath = () =>
    pick([
      () => `z_{${int(1, 999)}} = \\sum_{i=1}^{${pick(letters)}} w_i x_i + ${pick(greek)}_{${int(1, 9)}}`,
      () => `f(${pick(letters)}) = \\frac{1}{1 + e^{-${int(2, 99)}${pick(letters)}}}`,
      () => `L = -\\sum_{i=1}^{C_{${int(1, 999)}}} y_i \\log(\\hat{y}_i)`,
      () => `(f * g)(t) = \\int_{-\\infty}^{\\infty} f(\\tau) g(t - ${int(2, 999)}\\tau)\\, d\\tau`,
      () =>
        `\\begin{aligned} ${pick(letters)} &= ${pick(greek)}_{${int(1, 99)}} + ${pick(letters)}^2 \\\\ ` +
        `&= \\int_0^{${int(1, 99)}} ${pick(letters)}(t)\\,dt \\end{aligned}`,
      () =>
        `\\begin{pmatrix} ${int(1, 99)} & ${pick(letters)} \\\\ ${pick(letters)} & ${int(1, 99)} ` +
        `\\end{pmatrix} \\begin{pmatrix} x \\\\ y \\end{pmatrix} = ${pick(greek)}`,
      () =>
        `\\nabla_{${pick(greek)}} J = \\mathbb{E}_{${pick(letters)} \\sim p}\\left[ \\nabla \\log ` +
        `\\pi_{${int(1, 99)}}(a \\mid s) \\, R_{${int(1, 99)}} \\right]`,
    ])()

  const sentence = () => {
    const [first, ...rest] = times(int(8, 20), () => {
      const kind = random()
      if (kind < 0.06) return `$${inlineMath()}$`
      if (kind < 0.09) return `**${pick(words)}**`
      if (kind < 0.11) return `\`${pick(words)}\``
      if (kind < 0.12) return `[${pick(words)}](https://example.org/${pick(words)})`
      return pick(words)
    })
    return `${[first.replace(/^[a-z]/, (letter) => letter.toUpperCase()), ...rest].join(' ')}.`
  }
  const paragraph = () => times(int(1, 3), sentence).join(' ')

  const python = () => [
    '```python',
    'import numpy as np',
    '',
    `def ${pick(words)}_${int(1, 999)}(x, ${pick(words)}=${int(1, 99)}):`,
    '    """Compute the thing."""',
    ...times(int(5, 18), () =>
      pick([
        () =>
          `    ${pick(words)} = np.${pick(['sum', 'dot', 'mean', 'exp'])}(x[:, ${int(0, 99)}], axis=${int(0, 2)})`,
        () => `    for ${pick(letters)} in range(${int(2, 100)}):  # loop`,
        () => `        x = x @ W${int(1, 99)} + b`,
        () => `    print(f"loss: {${pick(words)}:.${int(1, 6)}f}")`,
      ])(),
    ),
    '    return x',
    '```',
  ]

  const typescript = () => [
    '```typescript',
    ...times(int(5, 12), () =>
      pick([
        () =>
          `const ${pick(letters)}${int(1, 99)}: number = Math.${pick(['sin', 'cos', 'max'])}(${int(1, 100)}, 2);`,
        () => `export function ${pick(words)}${int(1, 99)}(x: string): void { console.log(\`v \${x}\`); }`,
        () => `// ${pick(words)} ${pick(words)}`,
      ])(),
    ),
    '```',
  ]

  const table = () => [
    '| a | b | c |',
    '|---|---|---|',
    ...times(4, () => `| ${pick(words)} | $${pick(letters)}_${int(1, 9)}$ | ${int(1, 999)} |`),
  ]

  const section = () => {
    const lines = [`## ${pick(words)} ${pick(words)} ${int(1, 99)}`, '', paragraph(), '']
    for (let left = int(1, 4); left > 0; left--) {
      lines.push(chance(0.5) ? `$$${displayMath()}$$` : `$$\n${displayMath()}\n$$`, '', paragraph(), '')
    }
    if (chance(0.5)) {
      lines.push('Where:', ...times(int(2, 5), () => `- $${inlineMath()}$ is the ${pick(words)}`), '')
    }
    if (chance(0.35)) lines.push(...(chance(0.7) ? python() : typescript()), '')
    if (chance(0.1)) lines.push(...table(), '')
    if (chance(0.1)) lines.push(`> ${sentence()}`, '')
    if (chance(0.15)) lines.push('1. **One** first', '2. **Two** second', '   - nested', '')
    return lines
  }

  for (let i = 1; i <= count; i++) {
    const title = `${pick(words)} ${pick(words)} ${pick(words)} ${i}`.replace(/\b\w/g, (c) => c.toUpperCase())
    const date = new Date(firstDay + Math.floor(i * (span / count)) * days).toISOString().slice(0, 10)
    const tags = [...new Set(times(3, () => pick(allTags)))]
    const lines = [
      '---',
      `title: "${title}"`,
      `subtitle: "A note on ${pick(words)}"`,
      'author: "A. N. Author"',
      `date: "${date}"`,
      `read_time: "${int(3, 20)} min read"`,
      `category: "${pick(categories)}"`,
      `tags: [${tags.map((tag) => `"${tag}"`).join(', ')}]`,
      `excerpt: "About ${pick(words)} and ${pick(words)}."`,
      '---',
      '',
      `# ${title}`,
      '',
      paragraph(),
      '',
    ]
    for (let left = int(4, 7); left > 0; left--) lines.push(...section())
    yield { name: `post-${String(i).padStart(6, '0')}.md`, text: `${lines.join('\n')}\n` }
  }
}

/** Writes the posts to a folder, which is made; gives their size in bytes. */
export function writePosts(folder, count, seed) {
  mkdirSync(folder, { recursive: true })
  let bytes = 0
  for (const { name, text } of posts(count, seed)) {
    writeFileSync(join(folder, name), text)
    bytes += Buffer.byteLength(text)
  }
  return bytes
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [count, folder, seed] = process.argv.slice(2)
  if (Number(count) > 0 && folder) {
    writePosts(folder, Number(count), seed === undefined ? undefined : Number(seed))
  } else {
    console.error('usage: node corpus.mjs COUNT FOLDER [SEED]')
    process.exitCode = 2
  }
}
