/** The default browser, opened at a URL. */
import { spawn } from 'node:child_process'

/** Gives the program of a platform that opens a URL, and its arguments; none of them goes through a shell. */
export function browserCommand(platform: NodeJS.Platform, url: string): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open', url]
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url]
  return ['xdg-open', url]
}

/** Opens a URL in the default browser; where that fails, `log` is told and nothing else happens. */
export function openBrowser(url: string, log: (line: string) => void): void {
  const [program, ...args] = browserCommand(process.platform, url)
  const child = spawn(program, args, { detached: true, stdio: 'ignore' })
  child.on('error', (error) => log(`No browser was opened (${error.message}). Open ${url} yourself.`))
  child.unref()
}
