/** The open browsers, told by server-sent events when to reload and what is wrong. */
import type { ServerResponse } from 'node:http'
import type { OverlayItem } from './preview.js'

export interface LiveClients {
  /**
   * Takes a response as a stream of events. A browser says which version its page is of; one that is not
   * `current` is told to reload at once, so that neither a change between page and connection nor a
   * restart of the server is missed.
   */
  readonly add: (response: ServerResponse, at: At) => void
  /** Tells every browser to reload. */
  readonly reload: (version: string) => void
  /** Shows problems in every browser, or none any more. */
  readonly show: (problems: readonly OverlayItem[]) => void
  /** Ends every stream. */
  readonly close: () => void
}

interface At {
  readonly page: string | null
  readonly current: string
  readonly problems: readonly OverlayItem[]
}

/** More than anyone reads, and few enough for one event of moderate size. */
const mostProblems = 100
/** Keeps a stream in use, below the server's limit for idle connections. */
const heartbeatMs = 20_000

/** More streams than anyone looks at: a tab that is hidden has none. */
const mostClients = 100

/** What a stream of events says of itself. */
export const eventHeaders = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' } as const

/** Gives the set of open browsers, empty. */
export function liveClients(): LiveClients {
  const clients = new Set<ServerResponse>()
  const send = (client: ServerResponse, bytes: Uint8Array) => {
    // One that has not read the last event is let go: its browser connects again and is told all anew.
    if (client.writableNeedDrain) client.destroy()
    else client.write(bytes)
  }
  const sendAll = (text: string) => {
    // Once for all: those that read slowly wait for the same bytes.
    const bytes = Buffer.from(text)
    for (const client of clients) send(client, bytes)
  }
  return {
    add(response, { page, current, problems }) {
      const [oldest] = clients
      if (clients.size >= mostClients) oldest?.destroy()
      clients.add(response)
      const heartbeat = setInterval(() => send(response, Buffer.from(':\n\n')), heartbeatMs)
      response.on('close', () => {
        clearInterval(heartbeat)
        clients.delete(response)
      })
      response.writeHead(200, eventHeaders)
      const stale = page !== null && page !== current
      const greeting = [
        'retry: 500\n\n',
        stale && event('reload', current),
        problems.length > 0 && shown(problems),
      ]
      send(response, Buffer.from(greeting.filter(Boolean).join('')))
    },
    reload: (version) => sendAll(event('reload', version)),
    show: (problems) => sendAll(shown(problems)),
    close() {
      for (const client of clients) client.end()
    },
  }
}

function shown(problems: readonly OverlayItem[]): string {
  const errorsFirst = [...problems].sort(
    (a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'),
  )
  return event('problems', JSON.stringify(errorsFirst.slice(0, mostProblems)))
}

function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`
}
