/** Builds a whole site by chance, and looks at all that is on the disk around it. */
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { BuildResult } from '../../src/build/result.js'
import { build } from '../../src/build.js'
import { isIgnored } from '../../src/content/inventory.js'
import type { RandomSite } from './sites.js'

const secret = 'this stands outside of the site'
const now = new Date('2024-05-05')

/** What lies beside the site, and must stay as it is. */
const beside = {
  'secret.txt': secret,
  'folder/a.md': `---\ntitle: ${secret}\ndate: 2024-01-01\n---\n${secret}\n`,
  'folder/index.html': secret,
  'folder/css/custom.css': `.a { content: "${secret}" }`,
  'folder/old.entry': secret,
  'site-other/a.md': secret,
}

/** Tells the laws that the build of a site breaks. Each site is built twice, the second time without its last file. */
export async function site(input: string | Uint8Array, scratch: string): Promise<readonly string[]> {
  const given = JSON.parse(String(input)) as RandomSite
  const around = join(scratch, 'around')
  const root = join(around, 'site')
  const out = resolve(root, given.out)
  rmSync(around, { recursive: true, force: true })
  try {
    for (const [path, text] of Object.entries(beside)) write(join(around, path), text)
    write(join(root, 'shared/a.md'), '---\ntitle: S\ndate: 2024-01-01\n---\nShared.\n')
    mkdirSync(join(root, 'content'), { recursive: true })
    const links = given.links.filter(([path, target]) => linked(root, path, target))
    const files = given.files.filter(([path, text]) => within(root, path) && write(join(root, path), text))
    if (!links.some(([path]) => path.startsWith('.scholium')))
      cpSync(await warm(scratch), join(root, '.scholium'), { recursive: true })
    const refused = links.filter(([path, target]) => mustBeReported(root, path, target)).map(([path]) => path)
    const broken = await built(root, out, around, refused)
    const last = files.at(-1)
    if (last === undefined || broken.length > 0) return broken
    rmSync(join(root, last[0]), { force: true })
    return await built(root, out, around, refused)
  } finally {
    rmSync(around, { recursive: true, force: true })
  }
}

async function built(
  root: string,
  out: string,
  around: string,
  refused: readonly string[],
): Promise<readonly string[]> {
  // A link within the site may lead there.
  const published = mayHold(relative(root, out)) ? [out, join(root, 'shared')] : []
  const real = existsSync(out) ? realpathSync(out) : out
  const isOwn = (path: string) =>
    isFolder(path) && (path === join(root, '.scholium') || (path === real && published.includes(path)))
  const before = stateOf(around, isOwn)
  const standing = new Set(pathsIn(out))
  const result = await build({ root, out, drafts: false, searchIndex: false, threads: 1, now })
  const after = stateOf(around, isOwn)
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    // The folders that the published one is made in.
    (path) =>
      before.get(path) !== after.get(path) &&
      !(out + sep).startsWith(path + sep) &&
      path !== join(root, '.scholium'),
  )
  return [
    ...changed.map((path) => `changed: ${relative(around, path)}`),
    ...faultsOf(result, out, standing),
    ...unreported(result, refused),
  ]
}

function faultsOf(
  { ok, outputs, diagnostics }: BuildResult,
  out: string,
  standing: ReadonlySet<string>,
): readonly string[] {
  const broken: string[] = []
  if (!ok && !diagnostics.some(({ severity }) => severity === 'error')) broken.push('refused without a word')
  if (!ok) return broken
  const home = realpathSync(out)
  const found = pathsIn(out).filter((path) => !standing.has(path))
  for (const path of found) if (!lstatSync(path).isFile()) broken.push(`not a file: ${relative(out, path)}`)
  for (const output of outputs.keys()) {
    const path = join(out, output)
    if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) broken.push(`not there: ${output}`)
    // A link within the folder may lead to another place in it.
    else if (!realpathSync(path).startsWith(home + sep)) broken.push(`elsewhere: ${output}`)
    else if (readFileSync(path).includes(secret)) broken.push(`holds what is outside: ${output}`)
  }
  return broken
}

/** Links that lead out of the site and that nothing was said of; what stops a build before it reads hides them. */
function unreported({ misused, diagnostics }: BuildResult, refused: readonly string[]): readonly string[] {
  const said = new Set(diagnostics.flatMap(({ file }) => file ?? []))
  return misused || diagnostics.some(({ rule }) => rule === 'output-is-writable')
    ? []
    : refused.filter((path) => !said.has(path)).map((path) => `unreported: ${path}`)
}

/** Whether a link leads out from where a site is read: nothing but what editors leave behind is passed over. */
function mustBeReported(root: string, path: string, target: string): boolean {
  const names = path.split('/')
  return (
    /^\.\.(?:$|\/)/.test(target) &&
    existsSync(resolve(root, target)) &&
    /^(?:published\.yaml$|content$|content\/(?:posts|pages|authors\.yaml)|assets|templates)/.test(path) &&
    !names.some(isIgnored)
  )
}

/** Where a published folder may come to stand; other ones must be refused, and nothing may change there. */
function mayHold(out: string): boolean {
  return /^(?:dist|public|dist\/a\/b|\.scholium\/preview)$/.test(out.split(sep).join('/'))
}

/** Gives what every path below a folder is, links not followed. */
function stateOf(folder: string, isLeftOut: (path: string) => boolean): ReadonlyMap<string, string> {
  const state = new Map<string, string>()
  const look = (path: string) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const inner = join(path, entry.name)
      if (isLeftOut(inner)) continue
      if (entry.isSymbolicLink()) state.set(inner, `→ ${readlinkSync(inner)}`)
      else if (entry.isFile()) state.set(inner, readFileSync(inner, 'latin1'))
      else {
        state.set(inner, 'a folder')
        look(inner)
      }
    }
  }
  look(folder)
  return state
}

/** Gives the paths of all files and links below a folder. */
function pathsIn(folder: string): readonly string[] {
  if (!existsSync(folder) || !isFolder(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** Whether a path stays in the site and on the way to it is no link. */
function within(root: string, path: string): boolean {
  if (path.includes('\0') || path.split('/').some((part) => part === '..')) return false
  const parts = path.split('/')
  try {
    return parts.every((_, at) => {
      const found = lstatSync(join(root, ...parts.slice(0, at + 1)), { throwIfNoEntry: false })
      return !found?.isSymbolicLink()
    })
  } catch {
    // A name that is too long.
    return false
  }
}

function write(path: string, text: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text.startsWith('base64:') ? Buffer.from(text.slice(7), 'base64') : text)
    return true
  } catch {
    // No system has such a name, or a file is where a folder should be.
    return false
  }
}

function linked(root: string, path: string, target: string): boolean {
  if (!within(root, path)) return false
  try {
    const place = join(root, path)
    mkdirSync(dirname(place), { recursive: true })
    symlinkSync(
      target.startsWith('/') ? target : relative(dirname(place), resolve(root, target)) || '.',
      place,
    )
    return true
  } catch {
    return false
  }
}

/** Gives what a build keeps of the theme, made once. */
async function warm(scratch: string): Promise<string> {
  const root = join(scratch, 'warm')
  if (!existsSync(root)) {
    write(join(root, 'content/posts/a.md'), '---\ntitle: A\ndate: 2024-01-01\n---\nx\n')
    await build({ root, out: join(root, 'dist'), drafts: false, searchIndex: false, threads: 1, now })
    for (const name of readdirSync(join(root, '.scholium')))
      if (name !== 'cache') rmSync(join(root, '.scholium', name), { recursive: true })
  }
  return join(root, '.scholium')
}
