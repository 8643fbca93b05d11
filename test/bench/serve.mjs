/** The preview, measured: from the save of a file to the message that tells a browser to reload. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'

/** Long enough for the watcher to be quiet again, in milliseconds: people do not save more often. */
const betweenSavesMs = 700
const patienceMs = 20_000

/**
 * Serves a site and saves a post some times; gives the seconds from each save to the reload message. `command` is the
 * preview's, `save` changes the post.
 */
export async function measureSaves({ command, save, saves }) {
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const url = await servedUrl(child)
    const page = await (await fetch(url)).text()
    const [, source, version] = /<script src="([^"]*)" data-version="([^"]*)"/.exec(page) ?? []
    if (!source) throw new Error('The page has no script of the preview.')
    const events = new URL('events', new URL(source, url))
    events.searchParams.set('version', version)
    const reloads = await eventStream(events)
    const seconds = []
    for (let number = 0; number < saves; number++) {
      await wait(betweenSavesMs)
      const start = performance.now()
      const told = reloads.next(patienceMs)
      save()
      await told
      seconds.push((performance.now() - start) / 1000)
    }
    return seconds
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}

function servedUrl(child) {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (part) => {
      text += part
      const found = /Serving (http\S+)/.exec(text)
      if (found) resolve(found[1])
    })
    child.once('exit', (code) => reject(new Error(`The preview ended with ${code}.\n${text}`)))
  })
}

/** Gives a stream of server-sent events whose `next` resolves at the next one that asks for a reload. */
async function eventStream(url) {
  const request = get(url)
  const [response] = await once(request, 'response')
  response.setEncoding('utf8')
  return {
    next: (patience) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('No reload was asked for.')), patience)
        const listen = (part) => {
          if (!part.includes('event: reload')) return
          clearTimeout(timer)
          response.off('data', listen)
          resolve()
        }
        response.on('data', listen)
      }),
  }
}
