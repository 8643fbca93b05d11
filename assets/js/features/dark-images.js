// Images with a form for dark pages follow the reader's system by themselves; with this, the switch of the page, too.
;(() => {
  const root = document.documentElement
  const sources = document.getElementsByTagName('source')
  const settle = () => {
    // On paper all is light.
    const media = { light: 'not all', dark: 'screen' }[root.dataset.theme] ?? '(prefers-color-scheme: dark)'
    for (const source of sources) if ('dark' in source.dataset) source.media = media
  }
  new MutationObserver(settle).observe(root, { attributeFilter: ['data-theme'] })
  if (root.dataset.theme) settle()
})()
