// A button in each block of code that copies it: the code alone, without prompts and the signs of a diff, and of a
// diff what it comes to. The page has its words; where it has none, or nothing can be copied, there is no button.
;(() => {
  const { copy, copied } = document.currentScript.dataset
  if (!copy || !navigator.clipboard) return

  // Of a session what was typed, of all else everything that can be selected.
  const textOf = (code) => {
    const shown = code.cloneNode(true)
    for (const line of shown.querySelectorAll('del.line, .diff-place')) {
      line.nextSibling?.remove()
      line.remove()
    }
    for (const sign of shown.querySelectorAll('.diff-sign')) sign.remove()
    // Prompts are marked by a character that no text of the page has, twice where their space is behind them.
    const prompt = '\uFDD0'
    for (const mark of shown.querySelectorAll('.prompt_'))
      mark.replaceWith(mark.textContent.endsWith(' ') ? prompt : prompt + prompt)
    const lines = shown.textContent.replace(/\n$/, '').split('\n')
    if (!lines.some((line) => line.includes(prompt))) return lines.join('\n')
    const isTyped = lines.map((line) => line.includes(prompt))
    return lines
      .filter((_, index) => {
        isTyped[index] ||= index > 0 && isTyped[index - 1] && lines[index - 1].endsWith('\\')
        return isTyped[index]
      })
      .map((line) => line.replace(/^.*?\uFDD0(\uFDD0 ?)?/, ''))
      .join('\n')
  }

  const ready = () => {
    const status = document.createElement('span')
    status.className = 'sr-only'
    status.role = 'status'
    document.body.append(status)
    for (const code of document.querySelectorAll('.content pre > code')) {
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = copy
      let timer
      button.addEventListener('click', async () => {
        await navigator.clipboard.writeText(textOf(code))
        const say = (text, said) => {
          button.textContent = text
          button.classList.toggle('done', said !== '')
          status.textContent = said
        }
        say(copied, copied)
        clearTimeout(timer)
        timer = setTimeout(() => say(copy, ''), 2000)
      })
      const box = document.createElement('span')
      box.className = 'copy-code'
      box.append(button)
      code.before(box)
    }
  }

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', ready)
  else ready()
})()
