// Images that are shown smaller than they are: one press shows them as large as the window. Without this the page is
// whole. Nothing is moved or wrapped, so that the page stays as it was laid out.
;(() => {
  const dialog = document.querySelector('dialog.enlarged')
  const images = [...document.querySelectorAll('img[data-full]')].filter(
    (image) => !image.closest('a, button'),
  )
  if (!dialog || images.length === 0) return

  /** How much larger an image must get for it to be worth a press. */
  const worth = 1.2
  const label = (image) => (dialog.dataset.enlarge + image.alt).trim()

  const settle = () => {
    for (const image of images) {
      const full = Math.min(Number(image.dataset.full), document.body.clientWidth)
      // A high one grows as far as the window is high.
      const room = image.clientHeight > 0 ? (innerHeight / image.clientHeight) * image.clientWidth : 0
      const grows = Math.min(full, room) > image.clientWidth * worth
      if (grows === (image.role === 'button')) continue
      if (grows)
        Object.assign(image, { role: 'button', tabIndex: 0, ariaHasPopup: 'dialog', ariaLabel: label(image) })
      else for (const name of ['role', 'tabindex', 'aria-haspopup', 'aria-label']) image.removeAttribute(name)
    }
  }

  const open = (image) => {
    const isPicture = image.parentElement.localName === 'picture'
    const copy = (isPicture ? image.parentElement : image).cloneNode(true)
    const [shown] = isPicture ? copy.getElementsByTagName('img') : [copy]
    for (const name of [
      'id',
      'class',
      'style',
      'role',
      'tabindex',
      'aria-haspopup',
      'aria-label',
      'data-full',
    ])
      shown.removeAttribute(name)
    const { full } = image.dataset
    const [across, down] = ['width', 'height'].map((name) => Number(image.getAttribute(name)))
    shown.height = Math.round((full * down) / across)
    shown.width = full
    shown.style.setProperty('--shape', across / down)
    shown.loading = 'eager'
    // Of the candidates, the one that fits the window.
    for (const element of [shown, ...copy.querySelectorAll('source')])
      if (element.srcset) element.sizes = `min(100vw, ${full}px)`
    dialog.lastElementChild.replaceChildren(copy)
    dialog.showModal()
  }

  const pressed = (event) => {
    const image = event.target.closest('img[data-full][role="button"]')
    if (!image) return
    event.preventDefault()
    open(image)
  }
  document.addEventListener('click', pressed)
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') pressed(event)
  })
  // Anywhere; Escape and the button close it by themselves.
  dialog.addEventListener('click', () => dialog.close())
  new ResizeObserver(settle).observe(document.documentElement)
  for (const image of images) image.addEventListener('load', settle)
})()
