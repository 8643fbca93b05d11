/**
 * Finds a Chromium for the browser tests. Run as a script, before the tests, it also installs one where
 * none is found, or says what to do and exits with 1.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The variable that decides; the other two are set on many machines for other tools. */
const ownVariable = 'SCHOLIUM_CHROMIUM'
const variables = [ownVariable, 'CHROME_PATH', 'PUPPETEER_EXECUTABLE_PATH']

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Where installers put a browser that is not on the PATH. */
function usualPlaces() {
  switch (process.platform) {
    case 'darwin':
      return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
        ['Chromium', 'Google Chrome'].map((name) => join(folder, `${name}.app/Contents/MacOS/${name}`)),
      )
    case 'win32':
      return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
        .flatMap((name) => process.env[name] ?? [])
        .flatMap((folder) =>
          ['Chromium', 'Google/Chrome'].map((name) => join(folder, name, 'Application/chrome.exe')),
        )
    default:
      return ['/usr/lib/chromium/chromium', '/opt/google/chrome/chrome', '/snap/bin/chromium']
  }
}

/** The folder where Playwright keeps its browsers: https://playwright.dev/docs/browsers */
function playwrightCache() {
  const asked = process.env.PLAYWRIGHT_BROWSERS_PATH
  if (asked === '0') return join(playwrightCore(), '.local-browsers')
  if (asked) return asked
  const cache = {
    darwin: join(homedir(), 'Library/Caches'),
    win32: process.env.LOCALAPPDATA ?? join(homedir(), 'AppData/Local'),
  }[process.platform]
  return join(cache ?? process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ms-playwright')
}

function playwrightCore() {
  return dirname(fileURLToPath(import.meta.resolve('playwright-core/package.json')))
}

const executables = [
  'chrome',
  'headless_shell',
  'chrome-headless-shell',
  'chrome.exe',
  'headless_shell.exe',
  'chrome-headless-shell.exe',
  'Chromium.app/Contents/MacOS/Chromium',
  'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
]

/** Playwright's browsers, the whole ones before the headless shells and the newest first. */
function playwrightBrowsers() {
  const cache = playwrightCache()
  const revision = (name) => Number(name.split('-')[1])
  return foldersIn(cache)
    .filter((name) => /^chromium(_headless_shell)?-\d+$/.test(name))
    .sort((a, b) => Number(a.includes('shell')) - Number(b.includes('shell')) || revision(b) - revision(a))
    .flatMap((browser) => foldersIn(join(cache, browser)).map((build) => join(cache, browser, build)))
    .filter((build) => /^chrome-/.test(build.slice(dirname(build).length + 1)))
    .flatMap((build) => executables.map((name) => join(build, name)))
}

function foldersIn(folder) {
  return existsSync(folder) ? readdirSync(folder) : []
}

/** Whether a browser starts: a package may leave a stub, a download may lack its libraries. */
function runs(path) {
  // On Windows `--version` would open a window.
  if (process.platform === 'win32') return true
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000 })
  return status === 0 && /Chrom/.test(stdout)
}

/** Gives the path of a Chromium that starts, or null: variables, PATH, usual places, Playwright's cache. */
export function findChromium() {
  const own = process.env[ownVariable]
  if (own) return existsSync(own) && runs(own) ? own : null
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const places = [
    ...variables.flatMap((name) => process.env[name] || []),
    ...commands.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...usualPlaces(),
    ...playwrightBrowsers(),
  ]
  return places.find((path) => existsSync(path) && runs(path)) ?? null
}

const isRoot = process.getuid?.() === 0

/** What playwright-core's `chromium.launch` needs on this machine, the path aside. */
export const launchOptions = {
  args: [
    // Chromium refuses to sandbox itself as root, as which containers run.
    ...(isRoot ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

function run(command, args) {
  console.error(`> ${[command, ...args].join(' ')}`)
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return status === 0
}

function installDebianPackage() {
  if (!isRoot || !existsSync('/usr/bin/apt-get')) return false
  return (
    run('apt-get', ['update']) && run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'])
  )
}

function installPlaywrightBrowser() {
  return run(process.execPath, [join(playwrightCore(), 'cli.js'), 'install', 'chromium'])
}

const whatToDo = `No Chromium was found for the browser tests, and none could be installed.
Install Chromium or Google Chrome (on Debian: apt-get install chromium), or run
\`npx playwright-core install --with-deps chromium\`, or set ${ownVariable} to the path of one.`

/** Finds or installs a Chromium; gives the exit code. */
function main() {
  const own = process.env[ownVariable]
  if (findChromium()) return 0
  if (own) {
    console.error(`${ownVariable} is set to ${own}, which does not exist or does not start.
Set it to the path of a Chromium or Google Chrome, or unset it to have one looked for.`)
    return 1
  }
  console.error('No Chromium was found; installing one for the browser tests.')
  for (const install of [installDebianPackage, installPlaywrightBrowser]) {
    if (install() && findChromium()) return 0
  }
  console.error(whatToDo)
  return 1
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = main()
