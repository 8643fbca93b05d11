/** Links to other sites: whether what they lead to is there, asked politely and not too often. */
import { type Diagnostic, diagnostic, type Place } from './diagnostics.js'
import { readRecord, writeRecord } from './record.js'
import { version } from './version.js'

/** A link to another site, as it is written in a file. */
export interface ExternalLink {
  readonly url: string
  readonly file: string
  readonly place: Place | undefined
}

/** How other sites are asked. */
export interface Asking {
  /** Where answers are kept. */
  readonly record: string
  readonly now: Date
  /** Asks one URL; the global `fetch` outside of tests. */
  readonly fetch: typeof fetch
  /** Waits so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>
  /** Is told how many URLs are done, of how many. */
  readonly progress?: ((done: number, total: number) => void) | undefined
}

/** What a site answered. */
type Answer =
  /** It is there, or nobody but a person in a browser can tell: sites turn machines away with 401, 403, 429 or 999. */
  { readonly kind: 'fine' } | { readonly kind: 'gone'; readonly why: string }

interface Kept {
  readonly answer: Answer
  /** In milliseconds since 1970. */
  readonly at: number
}

const day = 86_400_000
/** How long an answer holds: a page that is there will be tomorrow, one that is not may be back. */
const ages: Readonly<Record<Answer['kind'], number>> = { fine: 7 * day, gone: day / 4 }
/** How many requests go to one host at a time, and to all together. */
const perHost = 2
const atOnce = 16
const timeoutMs = 20_000
/** Waits before asking again: what may pass by itself is asked three times. */
const pauses: readonly number[] = [1000, 4000]
/** A site that asks for more patience than this is left alone. */
const longestPauseMs = 30_000

/**
 * Asks other sites whether the pages and files that links lead to are there: each URL once, with HEAD and, where a site
 * does not know that, GET. Reports `external-link-works` for every link to one that is not. Never throws for what a site
 * or the network does.
 */
export async function checkExternal(
  links: readonly ExternalLink[],
  asking: Asking,
): Promise<readonly Diagnostic[]> {
  const byUrl = new Map<string, ExternalLink[]>()
  for (const link of links) {
    const url = askable(link.url)
    if (url !== null) byUrl.set(url, [...(byUrl.get(url) ?? []), link])
  }
  const kept = readAnswers(asking.record)
  const now = asking.now.getTime()
  const isFresh = (url: string) => {
    const known = kept.get(url)
    return known !== undefined && known.at <= now && now - known.at < ages[known.answer.kind]
  }
  const asked = [...byUrl.keys()].filter((url) => !isFresh(url))
  let done = 0
  await eachPolitely(asked, async (url) => {
    kept.set(url, { answer: await ask(url, asking), at: now })
    asking.progress?.(++done, asked.length)
  })
  if (asked.length > 0) keepAnswers(asking.record, new Map([...kept].filter(([url]) => byUrl.has(url))))
  return [...byUrl].flatMap(([url, from]) => {
    const answer = kept.get(url)?.answer
    if (answer?.kind !== 'gone') return []
    return from.map(({ url: written, file, place }) =>
      diagnostic('external-link-works', `"${written}" is not there: ${answer.why}.`, {
        file,
        place,
        hint: 'Look where it has moved, or link to a copy in an archive.',
      }),
    )
  })
}

/**
 * Gives the URL that is asked for a link: without its fragment, which no server is told, and without a name and password,
 * which fetch refuses; null for what is not of the web.
 */
function askable(link: string): string | null {
  const base = 'https://invalid.invalid'
  if (!URL.canParse(link, base)) return null
  const url = new URL(link, base)
  url.hash = ''
  url.username = ''
  url.password = ''
  return /^https?:$/.test(url.protocol) && url.hostname !== 'invalid.invalid' ? url.href : null
}

/** Does something for each URL: few at a time for one host, more for all. */
async function eachPolitely(urls: readonly string[], work: (url: string) => Promise<void>): Promise<void> {
  const queues = new Map<string, string[]>()
  for (const url of urls) {
    const { host } = new URL(url)
    queues.set(host, [...(queues.get(host) ?? []), url])
  }
  // A host is a lane or two; lanes are taken in turn by as many workers as may ask at once.
  const lanes = [...queues.values()].flatMap((queue) => Array.from({ length: perHost }, () => queue))
  const workers = Array.from({ length: Math.min(atOnce, lanes.length) }, async () => {
    for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) {
      for (let url = lane.shift(); url !== undefined; url = lane.shift()) await work(url)
    }
  })
  await Promise.all(workers)
}

async function ask(url: string, asking: Asking): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const { answer, again } = await askOnce(url, asking)
    const pause = pauses[attempt]
    if (again === null || pause === undefined) return answer
    const wanted = Math.max(pause, again)
    if (wanted > longestPauseMs) return { kind: 'fine' }
    await asking.wait(wanted)
  }
}

/** What one attempt came to; `again` says after how many milliseconds another one may come to something else. */
interface Attempt {
  readonly answer: Answer
  readonly again: number | null
}

async function askOnce(url: string, { fetch, now }: Asking): Promise<Attempt> {
  try {
    const head = await request(url, 'HEAD', fetch)
    // Many servers answer HEAD with something else than GET.
    const response = head.ok || head.status === 429 ? head : await request(url, 'GET', fetch)
    return attemptOf(response, now)
  } catch (error) {
    const why = reasonOf(error)
    return { answer: { kind: 'gone', why }, again: why === inCircles ? null : 0 }
  }
}

async function request(url: string, method: 'HEAD' | 'GET', fetch: Asking['fetch']): Promise<Response> {
  const response = await fetch(url, {
    method,
    redirect: 'follow',
    signal: AbortSignal.timeout(timeoutMs),
    headers: { 'User-Agent': `Scholium/${version} (link check)`, Accept: '*/*' },
  })
  // What is there is enough to know.
  await response.body?.cancel()
  return response
}

function attemptOf({ ok, status, headers }: Response, now: Date): Attempt {
  if (ok || [401, 403, 405, 406, 451, 999].includes(status)) return { answer: { kind: 'fine' }, again: null }
  const again = pauseOf(headers.get('retry-after') ?? '0', now)
  if (status === 429) return { answer: { kind: 'fine' }, again }
  const answer: Answer = { kind: 'gone', why: `the server answers ${status}` }
  return { answer, again: status >= 500 || status === 408 ? again : null }
}

/** Gives what `Retry-After` asks for in milliseconds: it is a number of seconds or a date (RFC 9110, section 10.2.3). */
function pauseOf(written: string, now: Date): number {
  const pause = /^\s*\d+\s*$/.test(written) ? Number(written) * 1000 : Date.parse(written) - now.getTime()
  return Number.isFinite(pause) ? Math.max(0, pause) : 0
}

/** What is said of addresses that lead to one another without end; asked again, they do so again. */
const inCircles = 'its addresses lead in circles'

/** What the network says, in words. */
const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its host cannot be looked up',
  ECONNREFUSED: 'its host refuses to be connected to',
  ECONNRESET: 'its host breaks off',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  UND_ERR_CONNECT_TIMEOUT: 'its host does not answer',
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'its host does not answer'
  const { code, message } = ((error as { cause?: unknown }).cause ?? error) as {
    code?: string
    message?: string
  }
  if (message === 'redirect count exceeded') return inCircles
  return reasons[code ?? ''] ?? (code || message || 'it cannot be asked').replace(/\.$/, '')
}

function readAnswers(file: string): Map<string, Kept> {
  const record = readRecord(file) as readonly (readonly [string, Kept])[] | undefined
  return new Map(record)
}

function keepAnswers(file: string, answers: ReadonlyMap<string, Kept>): void {
  try {
    writeRecord(file, [...answers])
  } catch {
    // They are asked again next time.
  }
}
