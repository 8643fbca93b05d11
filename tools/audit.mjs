/**
 * Asks the registry for known vulnerabilities of what users install: `node tools/audit.mjs`. Any is a failure. A registry
 * that does not answer such questions, as many mirrors, or no network, is said plainly and is none: nothing is known then.
 */
import { spawnSync } from 'node:child_process'

const parameters = ['audit', '--omit=dev', '--json', '--fetch-retries=1', '--fetch-retry-mintimeout=1000']
const { stdout, stderr, error } = spawnSync('npm', parameters, {
  encoding: 'utf8',
  maxBuffer: 1 << 26,
  shell: process.platform === 'win32',
})

const report = parsed(stdout)
if (error || report === null) fail(`npm audit said nothing that can be read: ${error?.message ?? stderr}`)
else if (report.vulnerabilities) {
  const found = Object.values(report.vulnerabilities)
  for (const { name, severity, range } of found) console.error(`${name} ${range}: ${severity}`)
  if (found.length > 0)
    fail(`npm audit knows of ${found.length} vulnerable packages among those that users install.`)
  else console.log('npm audit: nothing is known against what users install.')
} else {
  // 400 would be what the registry says of a question that makes no sense.
  const isUnanswered = report.statusCode > 400 || /^request to \S+ failed/.test(report.message ?? '')
  const said = report.message ?? report.error?.summary ?? stdout
  if (isUnanswered) console.log(`npm audit: NOT CHECKED. The registry does not answer: ${withoutHost(said)}`)
  else fail(`npm audit failed: ${said}`)
}

/** Gives a message without the addresses in it, which are those of this machine's own configuration. */
function withoutHost(text) {
  return text.replace(/https?:\/\/[^/\s]+/g, '')
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function fail(message) {
  console.error(message)
  process.exitCode = 1
}
