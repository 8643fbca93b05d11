// The Escape key puts away what a citation shows, until the reader has left it: what shows and hides is the style
// sheet's alone.
document.addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape') return
  for (const citation of document.querySelectorAll('.citation:is(:hover, :focus)')) {
    citation.classList.add('dismissed')
    for (const left of ['pointerleave', 'blur'])
      citation.addEventListener(left, () => citation.classList.remove('dismissed'), { once: true })
  }
})
