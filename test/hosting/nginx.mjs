/**
 * Finds an nginx for the tests of hosting. Run as a script, before the tests, it also installs one where none is found
 * and this machine lets it. Without one those tests are skipped, but on a build server (CI is set): there it ends with 1.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The variable that decides where it is. */
const ownVariable = 'SCHOLIUM_NGINX'

/** Gives the path of an nginx that runs and can send compressed copies, or null. */
export function findNginx() {
  const own = process.env[ownVariable]
  // Those who are not root seldom have sbin on their PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  const places = own ? [own] : folders.filter(Boolean).map((folder) => join(folder, 'nginx'))
  return places.find((path) => existsSync(path) && fits(path)) ?? null
}

function fits(path) {
  const { status, stderr } = spawnSync(path, ['-V'], { encoding: 'utf8', timeout: 20_000 })
  return status === 0 && stderr.includes('--with-http_gzip_static_module')
}

/** Gives the module that sends Brotli, as Debian installs it, or null. */
export function findBrotliModule() {
  const places = ['/usr/lib/nginx/modules', '/usr/lib64/nginx/modules'].map((folder) =>
    join(folder, 'ngx_http_brotli_static_module.so'),
  )
  return places.find((path) => existsSync(path)) ?? null
}

function run(command, args) {
  console.error(`> ${[command, ...args].join(' ')}`)
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return status === 0
}

function install() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  const packages = ['nginx-light', 'libnginx-mod-http-brotli-static']
  return (
    run('apt-get', ['update']) && run('apt-get', ['install', '-y', '--no-install-recommends', ...packages])
  )
}

/** Finds or installs an nginx; gives the exit code. */
function main() {
  if (findNginx() || (install() && findNginx())) return 0
  console.error(`No nginx was found, and none could be installed: what it would serve is not tested.
Install it (on Debian: apt-get install nginx-light), or set ${ownVariable} to the path of one.`)
  return process.env.CI ? 1 : 0
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = main()
