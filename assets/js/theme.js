// Enhancements of a page that is whole without them: the reader's choice of theme, fewer stops for the
// keyboard, and formulas copied as TeX. Runs as soon as it is there, most often before the first paint, so that the page
// shows in the right theme; the text does not wait for it.
;(() => {
  const key = 'scholium-theme'
  const themes = ['system', 'light', 'dark']
  const root = document.documentElement

  // Storage throws where the reader has blocked it; then a choice lasts for the page.
  const stored = () => {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  }
  const store = (theme) => {
    try {
      if (theme === 'system') localStorage.removeItem(key)
      else localStorage.setItem(key, theme)
    } catch {}
  }
  const show = (theme) => {
    if (theme === 'system') delete root.dataset.theme
    else root.dataset.theme = theme
  }
  const shown = () => root.dataset.theme ?? 'system'

  const choice = stored()
  if (themes.includes(choice)) show(choice)

  const readySwitch = (button) => {
    const label = () => {
      // The page has the words, in its language.
      button.ariaLabel = button.dataset[shown()] ?? button.ariaLabel
      button.title = button.ariaLabel
    }
    button.addEventListener('click', () => {
      const next = themes[(themes.indexOf(shown()) + 1) % themes.length]
      show(next)
      store(next)
      label()
    })
    label()
    button.hidden = false
  }

  // A box that has nothing to scroll is no stop for the keyboard.
  const watchBoxes = (boxes) => {
    const settle = (box) => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0
      else box.removeAttribute('tabindex')
    }
    const observer = new ResizeObserver((entries) => {
      for (const { target } of entries) settle(target)
    })
    for (const box of boxes) observer.observe(box)
    document.fonts.ready.then(() => boxes.forEach(settle))
  }

  // What is copied has each formula that it touches as its TeX, whole. Without formulas the browser copies.
  const copyFormulas = (event) => {
    const selection = getSelection()
    if (selection.isCollapsed || selection.rangeCount !== 1) return
    const range = selection.getRangeAt(0).cloneRange()
    const formulaAt = (node) => (node.closest ? node : node.parentElement)?.closest('.katex')
    const [first, last] = [range.startContainer, range.endContainer].map(formulaAt)
    if (first) range.setStartBefore(first)
    if (last) range.setEndAfter(last)
    const copied = document.createElement('div')
    copied.append(range.cloneContents())
    const sources = copied.querySelectorAll('annotation')
    if (sources.length === 0) return
    for (const source of sources) {
      const fence = source.closest('[display="block"]') ? '$$' : '$'
      source.closest('.katex').replaceWith(fence + source.textContent.trim() + fence)
    }
    // In the page for a moment, so that blocks and cells are parted as they are there.
    document.body.append(copied)
    event.clipboardData.setData('text/plain', copied.innerText.trim())
    event.clipboardData.setData('text/html', copied.innerHTML)
    copied.remove()
    event.preventDefault()
  }

  // Nothing scrolls on paper. A formula breaks between its parts: it is as wide as the widest of them with its number,
  // beside which it has the room of three letters to either side. Of those in a line only the widest need be known.
  const measureFormulas = () => {
    for (const formula of document.querySelectorAll('.content .katex')) {
      const widest = (selector) =>
        Math.max(
          0,
          ...[...formula.querySelectorAll(selector)].map((part) => part.getBoundingClientRect().width),
        )
      const number = widest('.katex-html > .tag > *')
      const em = parseFloat(getComputedStyle(formula).fontSize)
      const width = widest('.katex-html > .base, :scope > math') + number
      if (width > 30 * em || formula.closest('.math-display'))
        formula.style.setProperty('--wide', width / em + (number && 6.1))
    }
  }

  const ready = () => {
    const button = document.querySelector('.theme-switch')
    if (button) readySwitch(button)

    document.addEventListener('copy', copyFormulas)
    addEventListener('beforeprint', measureFormulas)

    watchBoxes([
      ...document.querySelectorAll(
        '.content :is(pre, .table-scroll, .math-display, .item-text, p:has(> .katex))',
      ),
    ])

    // The table of contents is open where the style sheet sets it in the margin.
    const toc = document.querySelector('.toc')
    const details = toc?.querySelector('details')
    if (details && getComputedStyle(toc).position === 'absolute') details.open = true
  }

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', ready)
  else ready()
})()
