// The page that searches. Pagefind reads the index, a few kilobytes of it for each word; what it finds is shown
// here. Nothing that stands in a post is ever taken for HTML: all of it is set as text.

/** Results shown at first, and with each press of "More results". */
const step = 10
/** Sections of a result that are linked to. */
const mostSections = 4
/** How long typing must rest, in milliseconds. */
const restMs = 120
/** What a post is to be found by and does not show, such as its TeX, stands between these signs. */
const [asideStart, asideEnd] = ['\u2E28', '\u2E29']
const signs = /([\u2E28\u2E29])/

const search = document.querySelector('.search')
const form = search.querySelector('form')
const field = form.elements.q
const status = search.querySelector('[role="status"]')
const filters = search.querySelector('details')
const list = search.querySelector('.search-results')
const more = search.querySelector('.search-more')
const template = search.querySelector('template')
const { index, others, searching, failed } = search.dataset
const language = document.documentElement.lang
/** The index has whole hrefs; excerpts are of so many words, which are short where none is parted by a space. */
const excerptLength = /^(ja|th|zh)\b/.test(language) ? 70 : 40
const options = { baseUrl: '/', excerptLength, excerptEllipsis: '…' }

let pagefind
/** Loads Pagefind and every index once; after a failure, again. */
const loaded = () => {
  pagefind ??= start().catch((error) => {
    pagefind = undefined
    throw error
  })
  return pagefind
}
const start = async () => {
  const module = await import(new URL(`${index}pagefind.js`, location.href).href)
  try {
    await module.options(options)
    await module.init()
    // Only then does what is found tell what it can be narrowed by; and where the first index cannot be loaded, this
    // says so, which merging another into it would not.
    await module.filters()
    const further = JSON.parse(others)
    await Promise.all(further.map(({ url, lang }) => module.mergeIndex(url, { ...options, language: lang })))
    if (further.length > 0) await module.filters()
    return module
  } catch (error) {
    await module.destroy()
    throw error
  }
}

// --- What is asked for: the query and the terms chosen, which the URL has too -------------------------------------

const chosen = () => {
  const terms = {}
  for (const { name, value, checked } of filters.querySelectorAll('input'))
    if (checked) terms[name] = [...(terms[name] ?? []), value]
  return terms
}

/** What Pagefind is asked: of TeX, the words that are indexed. */
const asked = (query) =>
  query.includes('\\')
    ? (query.match(/\\[a-z]+|[\p{L}\p{N}]+(?:_\{?[\p{L}\p{N}]+)?/giu) ?? [])
        .map((word) => word.replace(/[\\{]/g, ''))
        .filter((word, _, words) => word.length > 1 || words.every(({ length }) => length === 1))
        .join(' ')
    : query

const urlOf = (query, terms) => {
  const url = new URL(location.pathname, location.origin)
  if (query !== '') url.searchParams.set('q', query)
  for (const [taxonomy, names] of Object.entries(terms))
    for (const name of names) url.searchParams.append(taxonomy, name)
  return url
}

// --- What is shown ------------------------------------------------------------------------------------------------

const say = (text) => {
  // The line keeps its height when it has nothing to say.
  status.textContent = text || '\u00A0'
}

/** Says what came of a search. */
const settle = (text) => {
  list.ariaBusy = 'false'
  say(text)
}

/** Words that are to be filled come with the language that they are in, and in the forms of its plural. */
const resultWords = JSON.parse(search.dataset.results)
const nothingWords = JSON.parse(search.dataset.nothing)
const counted = (count) => {
  const tags = [resultWords.lang, 'en']
  const form = resultWords.forms[new Intl.PluralRules(tags).select(count)] ?? resultWords.forms.other
  return form.replace('{n}', count.toLocaleString(tags))
}

/** Gives an excerpt as pieces of text, marked or not: Pagefind writes `<mark>`, and escapes angle brackets alone. */
const piecesOf = (excerpt) =>
  excerpt.split(/(<mark>.*?<\/mark>)/s).map((part) => {
    const marked = part.startsWith('<mark>')
    const text = marked ? part.slice(6, -7) : part
    return { text: text.replaceAll('&lt;', '<').replaceAll('&gt;', '>'), marked }
  })

/** Gives the pieces of an excerpt without its asides, of which only marked words stay. One may begin before it. */
const withoutAsides = (pieces) => {
  const text = pieces.map((piece) => piece.text).join('')
  const [start, end] = [text.indexOf(asideStart), text.indexOf(asideEnd)]
  let inside = end >= 0 && (start < 0 || end < start)
  const shown = []
  for (const piece of pieces) {
    for (const part of piece.text.split(signs)) {
      const marked = piece.marked && /[\p{L}\p{N}]/u.test(part)
      if (part === asideStart || part === asideEnd) inside = part === asideStart
      else if (!inside) shown.push({ text: part, marked })
      else if (marked) shown.push({ text: ' ', marked: false }, { text: part.trim(), marked })
    }
  }
  return shown
}

/** Gives pieces with those that belong together as one, and every space as one. */
const joined = (pieces) => {
  const runs = []
  for (const { text, marked } of pieces) {
    const last = runs.at(-1)
    if (last && last.marked === marked) last.text += text
    else if (text !== '') runs.push({ text, marked })
  }
  return runs.map((run) => ({ ...run, text: run.text.replace(/\s+/g, ' ') }))
}

/** Gives pieces without words at their beginning, such as the heading that a section begins with. */
const withoutStart = (pieces, words) => {
  const text = pieces.map((piece) => piece.text).join('')
  const start = words.replace(/\s+/g, ' ').trim()
  const rest = text.trimStart().startsWith(start)
    ? text
        .trimStart()
        .slice(start.length)
        .replace(/^[.\s]+/, '')
    : text.trimStart()
  let left = text.length - rest.length
  return pieces.map((piece) => {
    const cut = Math.min(left, piece.text.length)
    left -= cut
    return { ...piece, text: piece.text.slice(cut) }
  })
}

const showExcerpt = (element, excerpt, heading) => {
  for (const { text, marked } of withoutStart(joined(withoutAsides(piecesOf(excerpt))), heading)) {
    if (!marked) element.append(text)
    else if (text !== '') element.append(Object.assign(document.createElement('mark'), { textContent: text }))
  }
}

const itemOf = ({ url, meta, excerpt, sub_results: sections }) => {
  const item = template.content.cloneNode(true).querySelector('li')
  const [title, text, date, links] = ['a', '.excerpt', '.meta', 'ul'].map((name) => item.querySelector(name))
  if (meta.lang && meta.lang !== language) item.lang = meta.lang
  title.href = url
  title.textContent = meta.title
  // The section with the most to show speaks for the post; what stands before the first has no link of its own.
  const best = sections.reduce((a, b) => (b.locations.length > (a?.locations.length ?? 0) ? b : a), null)
  showExcerpt(text, best?.excerpt ?? excerpt, best?.title ?? meta.title)
  if (meta.date) date.textContent = meta.date
  else date.remove()
  const linked = sections.filter(({ anchor }) => anchor).slice(0, mostSections)
  for (const section of linked) {
    const link = Object.assign(document.createElement('a'), { href: section.url, textContent: section.title })
    const entry = document.createElement('li')
    entry.append(link)
    links.append(entry)
  }
  if (linked.length === 0) links.remove()
  return item
}

/** Offers the terms that what was found has; chosen ones stay, so that they can be left again. */
const offer = (counts, terms) => {
  for (const box of filters.querySelectorAll('fieldset')) {
    const taxonomy = box.dataset.taxonomy
    const picked = terms[taxonomy] ?? []
    const found = Object.entries(counts[taxonomy] ?? {}).filter(
      ([name, count]) => count > 0 || picked.includes(name),
    )
    const focused = box.contains(document.activeElement) ? document.activeElement.value : null
    for (const label of box.querySelectorAll('label')) label.remove()
    found.sort(([a, m], [b, n]) => n - m || a.localeCompare(b, language))
    for (const [value, count] of found) {
      const input = Object.assign(document.createElement('input'), {
        type: 'checkbox',
        name: taxonomy,
        value,
      })
      input.checked = picked.includes(value)
      const label = document.createElement('label')
      label.append(input, `${value} (${count.toLocaleString(language)})`)
      box.append(label)
      if (value === focused) input.focus()
    }
    box.hidden = found.length === 0
  }
  filters.hidden = [...filters.querySelectorAll('fieldset')].every((box) => box.hidden)
}

let results = []
const showMore = async (turn) => {
  const shown = list.childElementCount
  const next = await Promise.all(results.slice(shown, shown + step).map((result) => result.data()))
  if (turn !== latest) return
  const items = next.map(itemOf)
  list.append(...items)
  more.hidden = list.childElementCount >= results.length
  // Whoever uses the keyboard goes on where the new results begin.
  items[0]?.querySelector('a').focus()
}

let latest = 0
const run = async (terms) => {
  const turn = ++latest
  const query = field.value.trim()
  history.replaceState(null, '', urlOf(query, terms))
  list.ariaBusy = 'true'
  if (query === '') {
    results = []
    list.replaceChildren()
    more.hidden = true
    offer({}, {})
    return settle('')
  }
  if (list.childElementCount === 0) say(searching)
  try {
    const { search: find } = await loaded()
    const found = await find(asked(query), { filters: terms })
    if (turn !== latest) return
    results = found.results
    // What is found takes the place of what was, in one step.
    const first = await Promise.all(results.slice(0, step).map((result) => result.data()))
    if (turn !== latest) return
    list.replaceChildren(...first.map(itemOf))
    more.hidden = results.length <= step
    offer(found.filters, terms)
    settle(
      results.length === 0
        ? nothingWords.forms.other.replace('{query}', () => query)
        : counted(results.length),
    )
  } catch (error) {
    if (turn === latest) settle(failed)
    throw error
  }
}
const ask = (terms = chosen()) => {
  run(terms).catch(reportError)
}

// --- What the reader does -----------------------------------------------------------------------------------------

let resting
field.addEventListener('input', () => {
  clearTimeout(resting)
  resting = setTimeout(ask, restMs)
})
filters.addEventListener('change', () => ask())
form.addEventListener('submit', (event) => {
  event.preventDefault()
  clearTimeout(resting)
  ask()
})
more.addEventListener('click', () => showMore(latest).catch(reportError))
document.addEventListener('keydown', (event) => {
  const isTyping = /^(input|textarea|select)$/i.test(event.target.tagName) || event.target.isContentEditable
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  field.select()
})

/** Shows what the URL asks for. */
const restore = () => {
  const asked = new URLSearchParams(location.search)
  field.value = asked.get('q') ?? ''
  const names = [...filters.querySelectorAll('fieldset')].map(({ dataset }) => dataset.taxonomy)
  const terms = Object.fromEntries(
    names.map((name) => [name, asked.getAll(name)]).filter(([, values]) => values.length > 0),
  )
  if (Object.keys(terms).length > 0) filters.open = true
  if (field.value === '') {
    field.focus({ preventScroll: true })
    // Who opens this page will search. What cannot be loaded now is tried again, and told of, then.
    loaded()
      .then(() => {
        list.ariaBusy ??= 'false'
      })
      .catch(() => {})
  } else ask(terms)
}
addEventListener('pageshow', (event) => {
  // A page that the browser has kept shows its results already.
  if (!event.persisted) restore()
})
