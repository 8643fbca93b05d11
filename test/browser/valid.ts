/** What two checkers of HTML find in the pages of folders, a line for each fault. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { FileSystemConfigLoader, HtmlValidate } from 'html-validate'
import { htmlFiles, repository } from './published.js'

/** What html-validate finds, by the rules of .htmlvalidate.json. */
export async function htmlValidateFaults(folders: readonly string[]): Promise<readonly string[]> {
  const validator = new HtmlValidate(new FileSystemConfigLoader())
  const faults: string[] = []
  for (const folder of folders)
    for (const file of htmlFiles(folder)) {
      const html = readFileSync(join(folder, file), 'utf8')
      const report = await validator.validateString(html, join(repository, 'test/browser/page.html'))
      for (const { messages } of report.results)
        faults.push(...messages.map((m) => `${file}:${m.line}:${m.column} ${m.ruleId}: ${m.message}`))
    }
  return faults
}

/** Whether the Nu checker can run, and what the name of a test says where it cannot. */
export const hasJava = spawnSync('java', ['-version']).status === 0
export const nuSkipped = hasJava ? '' : ' (skipped: there is no Java)'

/**
 * What is newer than this release of the checker, the last that comes whole, without a script that fetches it when it
 * is installed: https://www.w3.org/TR/CSP3/#wasm-unsafe-eval and
 * https://html.spec.whatwg.org/multipage/images.html#sizes-attributes
 */
const newer = [/but found "'wasm-unsafe-eval'"/, /attribute “sizes” .+ saw “a” instead at “auto,”/]

/** What the Nu checker finds: https://validator.github.io/validator/ */
export function nuFaults(folders: readonly string[]): readonly string[] {
  const jar = createRequire(import.meta.url).resolve('vnu-jar/build/dist/vnu.jar')
  const { stderr } = spawnSync(
    'java',
    ['-jar', jar, '--errors-only', '--skip-non-html', '--format', 'json', ...folders],
    { encoding: 'utf8', maxBuffer: 1e8 },
  )
  const { messages } = JSON.parse(stderr) as { messages: readonly Record<string, unknown>[] }
  return messages
    .map(({ url, lastLine, message }) => `${url}:${lastLine} ${message}`)
    .filter((fault) => !newer.some((known) => known.test(fault)))
}
