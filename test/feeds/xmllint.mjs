/**
 * Finds xmllint, which holds feeds against their schemas. Run as a script, before the tests, it also installs it on
 * Debian; where there is none the tests that want it are skipped, and say so.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Whether xmllint is there. */
export function hasXmllint() {
  return spawnSync('xmllint', ['--version']).status === 0
}

/**
 * Gives what xmllint says against files: that they are no XML, or do not fit a RELAX NG schema where one is given.
 * Nothing is fetched, and no entity is expanded.
 */
export function xmllint(files, schema) {
  const options = ['--noout', '--nonet', ...(schema === undefined ? [] : ['--relaxng', schema])]
  const { status, stderr } = spawnSync('xmllint', [...options, ...files], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  return status === 0 ? '' : stderr || `xmllint ended with ${status}`
}

function install() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  const options = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  console.error('> apt-get install libxml2-utils')
  spawnSync('apt-get', ['update'], options)
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'libxml2-utils'], options)
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (!hasXmllint()) install()
  if (!hasXmllint())
    console.error('xmllint was not found (on Debian: libxml2-utils): feeds are not held against schemas.')
}
