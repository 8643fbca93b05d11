/**
 * What runs in the browser beside a previewed page: it reloads the page when told, and shows errors over it.
 *
 * - Everything that comes from the site is set as text, never as HTML.
 * - The overlay is a modal dialog in a shadow tree with a constructed style sheet, so that neither the
 *   page's styles nor its Content-Security-Policy get in the way.
 * - A hidden tab disconnects, since browsers open only six connections to a host; when it is shown again it
 *   connects, says which version it shows, and is told to reload if that is old.
 */
export const clientScript = String.raw`(() => {
  const script = document.currentScript
  const events = new URL('events', script.src)
  events.searchParams.set('version', script.dataset.version)

  let source = null
  const connect = () => {
    source = new EventSource(events)
    source.addEventListener('reload', () => location.reload())
    source.addEventListener('problems', (event) => show(event.data))
    source.addEventListener('error', () => {
      if (source?.readyState !== EventSource.CLOSED) return
      source = null
      setTimeout(follow, 1000)
    })
  }
  const follow = () => {
    if (document.visibilityState === 'hidden') {
      source?.close()
      source = null
    } else if (!source) connect()
  }
  document.addEventListener('visibilitychange', follow)
  follow()

  let shown = '[]'
  let overlay = null
  const show = (data) => {
    if (data === shown) return
    shown = data
    overlay?.remove()
    overlay = null
    const problems = JSON.parse(data)
    for (const problem of problems.filter(({ severity }) => severity === 'warn')) {
      console.warn([place(problem), problem.message, problem.hint].filter(Boolean).join(' '))
    }
    const errors = problems.filter(({ severity }) => severity === 'error')
    if (errors.length > 0) overlay = script.dataset.overlay === 'off' ? placesOf(errors) : overlayOf(errors)
  }

  const place = ({ file, line, column }) => [file, line, column].filter((part) => part !== null).join(':')

  const element = (name, attributes, ...children) => {
    const made = document.createElement(name)
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
    made.append(...children)
    return made
  }

  const placeOf = (problem) => {
    const button = element('button', { type: 'button', title: 'Open in the editor' }, place(problem))
    const answer = element('span', { role: 'status' })
    button.addEventListener('click', async () => {
      const url = new URL('editor', script.src)
      for (const part of ['file', 'line', 'column']) url.searchParams.set(part, problem[part] ?? '')
      answer.textContent = ''
      try {
        const headers = { 'Scholium-Session': script.dataset.version.split('.')[0] }
        answer.textContent = await (await fetch(url, { method: 'POST', headers })).text()
      } catch {
        answer.textContent = 'The preview does not answer.'
      }
    })
    return element('p', { class: 'place' }, button, ' ', answer)
  }

  // A page that shows the errors itself lacks only the way to the editor.
  const placesOf = (errors) => {
    const places = errors.filter(({ file }) => file !== null).map(placeOf)
    const section = element('section', { 'aria-label': 'Open in the editor' }, ...places)
    document.body.append(section)
    return section
  }

  const overlayOf = (errors) => {
    const host = element('scholium-overlay', { lang: 'en', dir: 'ltr' })
    const root = host.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
    const close = element('button', { type: 'button' }, 'Close')
    const count = errors.length === 1 ? '1 error' : errors.length + ' errors'
    const dialog = element('dialog', { role: 'alertdialog', 'aria-labelledby': 'title', 'aria-describedby': 'note' },
      element('header', {}, element('h1', { id: 'title' }, count + ' in the site'), close),
      ...errors.map((error) => element('section', {},
        ...(error.file === null ? [] : [placeOf(error)]),
        element('h2', {}, error.message),
        ...(error.frame ? [element('pre', { tabindex: '0', 'aria-label': 'Source' }, error.frame)] : []),
        ...(error.hint ? [element('p', {}, error.hint)] : []),
        element('p', { class: 'rule' }, error.rule))),
      element('p', { id: 'note' },
        'The page below is the last one that was built. It reloads when the errors are mended. Escape closes this.'))
    close.addEventListener('click', () => dialog.close())
    dialog.addEventListener('close', () => host.remove())
    root.append(dialog)
    document.documentElement.append(host)
    dialog.showModal()
    return host
  }

  const css = [
    ':host { all: initial; color-scheme: light dark; --text: #1c1b1a; --quiet: #5f5b57; --back: #fffdfa; --code: #f3efe9; --mark: #b3261e }',
    '@media (prefers-color-scheme: dark) { :host { --text: #ece8e3; --quiet: #aaa49d; --back: #1d1b1a; --code: #2a2725; --mark: #ff8a80 } }',
    'dialog { box-sizing: border-box; width: min(60rem, 100vw - 2rem); max-height: calc(100vh - 2rem); overflow: auto; overscroll-behavior: contain; padding: 1.25rem 1.5rem; border: 0; border-top: 4px solid var(--mark); border-radius: 4px; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; box-shadow: 0 1rem 4rem #0006 }',
    'dialog::backdrop { background: #0008 }',
    'header { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between }',
    'h1 { margin: 0; font-size: 1.125rem; color: var(--mark) }',
    'h2 { margin: 0; font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; white-space: pre-wrap }',
    'p { margin: 0; overflow-wrap: anywhere }',
    'section { margin-block: 1.25rem }',
    'pre { margin: .5rem 0; padding: .75rem 1rem; overflow-x: auto; background: var(--code); border-radius: 4px; font: 14px/1.5 ui-monospace, monospace; tab-size: 2 }',
    '.place, .rule, #note { color: var(--quiet) }',
    '.rule, #note { font-size: .875rem }',
    'button { font: inherit; color: inherit; background: none; border: 1px solid; border-radius: 4px; padding: .125rem .75rem; cursor: pointer }',
    '.place button { padding: 0; border: 0; font: 14px/1.75 ui-monospace, monospace; text-align: start; text-decoration: underline; overflow-wrap: anywhere }',
    '.place span { font-size: .875rem }',
    ':focus-visible { outline: 2px solid var(--mark); outline-offset: 2px }',
  ].join('\n')
})()
`
