/** What was measured, for people: a table for terminals, one in Markdown, and a chart. */
import { names } from './cases.mjs'

/** Gives a ratio as people say it: `1/35`, or `0.75` where it is not small. */
function ratioText(ratio) {
  return ratio < 0.2 ? `1/${Math.round(1 / ratio)}` : ratio.toFixed(2)
}

function secondsText(seconds) {
  return seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(1)
}

function rowsOf({ results, larger }) {
  const peer = results.find(({ name }) => name === names.peer)
  const row = ({ name, seconds, allSeconds, cpuSeconds, peakBytes }, whole) => [
    name,
    secondsText(seconds),
    `${secondsText(Math.min(...allSeconds))}–${secondsText(Math.max(...allSeconds))}`,
    cpuSeconds === undefined ? '' : secondsText(cpuSeconds),
    peakBytes === undefined ? '' : (peakBytes / 1e6).toFixed(0),
    whole ? ratioText(seconds / whole.seconds) : '',
  ]
  const smaller = new Map(results.map((result) => [result.name, result]))
  return {
    head: ['', 'seconds', 'range', 'processor s', 'peak MB', peer ? 'to Eleventy' : ''],
    rows: results.map((result) => row(result, peer)),
    larger: (larger?.results ?? []).map((result) => [
      ...row(result).slice(0, -1),
      `${(result.seconds / (smaller.get(result.name)?.seconds ?? Number.NaN)).toFixed(1)} times`,
    ]),
  }
}

function headline({ posts, corpusBytes, runs, machine }) {
  const size = `${posts.toLocaleString('en')} posts, ${(corpusBytes / 1e6).toFixed(1)} MB of Markdown`
  return `${size}; medians of ${runs}; Node ${machine.node}, ${machine.threads} processors (${machine.processor})`
}

/** Gives the figures as text in columns. */
export function tableText(figures) {
  const { head, rows, larger } = rowsOf(figures)
  const columns = (all) => {
    const widths = all[0].map((_, at) => Math.max(...all.map((row) => row[at].length)))
    const pad = (cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))
    return all.map((row) => row.map(pad).join('  ').trimEnd()).join('\n')
  }
  const more =
    larger.length === 0
      ? []
      : [
          '',
          `${figures.larger.posts.toLocaleString('en')} posts`,
          '',
          columns([[...head.slice(0, -1), `to ${figures.posts}`], ...larger]),
        ]
  return [headline(figures), '', columns([head, ...rows]), ...more].join('\n')
}

/** Gives the figures as a table in Markdown. */
export function tableMarkdown(figures) {
  const { head, rows, larger } = rowsOf(figures)
  const line = (cells) => `| ${cells.join(' | ')} |`
  const table = (all) => [
    line(all[0]),
    line(all[0].map((_, at) => (at === 0 ? '---' : '---:'))),
    ...all.slice(1).map(line),
  ]
  const lasts = [...head.slice(0, -1), `to ${figures.posts.toLocaleString('en')}`]
  return [
    `${headline(figures)}.`,
    '',
    ...table([head, ...rows]),
    ...(larger.length === 0
      ? []
      : ['', `${figures.larger.posts.toLocaleString('en')} posts:`, '', ...table([lasts, ...larger])]),
  ].join('\n')
}

/** The chart's measures, in pixels. */
const chart = { width: 720, label: 250, row: 30, bar: 16, top: 54, right: 90 }

/**
 * Gives a bar chart of the times as an SVG, on a logarithmic scale, since they span three powers of ten. It takes its
 * colours from the reader's light or dark scheme.
 */
export function chartSvg(figures) {
  const { results } = figures
  const least = 10 ** Math.floor(Math.log10(Math.min(...results.map(({ seconds }) => seconds))))
  const most = Math.max(...results.map(({ seconds }) => seconds))
  const room = chart.width - chart.label - chart.right
  const length = (seconds) => (room * Math.log(seconds / least)) / Math.log(most / least)
  const ticks = [0.01, 0.1, 1, 10, 100].filter((tick) => tick >= least && tick <= most)
  const height = chart.top + results.length * chart.row + 34
  const bottom = chart.top + results.length * chart.row
  const bars = results.map(({ name, seconds }, at) => {
    const y = chart.top + at * chart.row
    const kind = name === names.peer ? 'peer' : 'own'
    return `<text x="${chart.label - 10}" y="${y + 13}" text-anchor="end">${name}</text>
<rect class="${kind}" x="${chart.label}" y="${y}" width="${length(seconds).toFixed(1)}" height="${chart.bar}" rx="2"/>
<text x="${(chart.label + length(seconds) + 8).toFixed(1)}" y="${y + 13}">${secondsText(seconds)} s</text>`
  })
  const lines = ticks.map((tick) => {
    const x = (chart.label + length(tick)).toFixed(1)
    return `<line x1="${x}" x2="${x}" y1="${chart.top - 8}" y2="${bottom}"/>
<text class="quiet" x="${x}" y="${bottom + 18}" text-anchor="middle">${tick} s</text>`
  })
  const said = results.map(({ name, seconds }) => `${name} ${secondsText(seconds)} s`).join(', ')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${chart.width}" height="${height}" viewBox="0 0 ${chart.width} ${height}" role="img" aria-labelledby="title desc">
<title id="title">How long builds of ${figures.posts.toLocaleString('en')} posts take</title>
<desc id="desc">${said}. Logarithmic scale.</desc>
<style>
text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #33302c }
.head { font-weight: 600 } .quiet { fill: #6b665f }
.own { fill: #33659c } .peer { fill: #a09a90 } line { stroke: #d9d4cb }
@media (prefers-color-scheme: dark) { text { fill: #e6e2dc } .quiet { fill: #a8a299 } .own { fill: #7fb0e6 } .peer { fill: #7d776e } line { stroke: #45413b } }
</style>
<text class="head" x="10" y="22">How long builds of ${figures.posts.toLocaleString('en')} posts take (logarithmic scale)</text>
${lines.join('\n')}
${bars.join('\n')}
</svg>
`
}
