/** `scholium new` and `scholium init`: a post to begin with, a site to begin with, and what its host needs. */
import { lstat, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Temporal } from 'temporal-polyfill'
import { stringify } from 'yaml'
import { type Config, loadConfig, parseConfig } from './config.js'
import { slugify } from './content/slug.js'
import { reasonOf } from './errno.js'
import { configFile, type DeployHost } from './layout.js'
import { wouldBeOutside } from './outside.js'
import { packageFolder } from './package.js'
import { version } from './version.js'

export interface NewPostOptions {
  readonly root: string
  readonly title: string
  readonly now: Date
  /** The site's time zone, which decides what day it is. */
  readonly timezone: string
  readonly author: string | null
}

/** What cannot be written; its message says why. */
export class ScaffoldError extends Error {}

/**
 * Writes `content/posts/<date>-<slug>.md` with front matter and today's date, and gives its path relative to
 * the root. Never overwrites: throws {@link ScaffoldError} if the file is there or cannot be written.
 */
export async function newPost({ root, title, now, timezone, author }: NewPostOptions): Promise<string> {
  if (title.trim() === '') throw new ScaffoldError('A post needs a title: scholium new "A title".')
  if (!(await stat(root).catch(() => null))?.isDirectory())
    throw new ScaffoldError(`There is no folder "${root}".`)
  const date = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timezone)
    .toPlainDate()
    .toString()
  const file = `content/posts/${date}-${slugify(title)}.md`
  const front = stringify({
    title: title.trim(),
    date,
    ...(author !== null && { author }),
    tags: [],
    draft: true,
  })
  const path = join(root, file)
  if (wouldBeOutside(root, dirname(path)))
    throw new ScaffoldError(`${file} cannot be written: a link leads its folder out of the site.`)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `---\n${front}---\n\n`, { flag: 'wx' })
  } catch (error) {
    const { code, path: refused } = error as NodeJS.ErrnoException
    const isThere = code === 'EEXIST' && refused === path
    throw new ScaffoldError(
      isThere ? `${file} is there already.` : `${file} cannot be written: ${reasonOf(error)}`,
      {
        cause: error,
      },
    )
  }
  return file
}

export interface InitOptions {
  /** The folder of the site; it need not be there yet. */
  readonly root: string
  readonly now: Date
  readonly deploy: DeployHost | undefined
}

/** What `scholium init` wrote, relative to the root, and what is left to do, in sentences. */
export interface Initiated {
  readonly written: readonly string[]
  readonly next: readonly string[]
}

/** Where what a host needs goes in a site, by its name in scaffold/deploy. */
const deployFiles: Readonly<Record<DeployHost, readonly [template: string, file: string]>> = {
  github: ['github.yml', '.github/workflows/publish.yml'],
  netlify: ['netlify.toml', 'netlify.toml'],
  cloudflare: ['wrangler.jsonc', 'wrangler.jsonc'],
  nginx: ['nginx.conf', 'nginx.conf'],
  caddy: ['Caddyfile', 'Caddyfile'],
}

const scaffold = join(packageFolder, 'scaffold')

/**
 * Writes a small site to start from, unless there is one already, and what its host needs. Never overwrites: throws
 * {@link ScaffoldError}, and writes nothing, if one of the files is there or the site has no valid site.yaml.
 */
export async function initSite({ root, now, deploy }: InitOptions): Promise<Initiated> {
  const isSite = (await isThere(join(root, configFile))) || (await isThere(join(root, 'content')))
  if (isSite && deploy === undefined)
    throw new ScaffoldError(
      'There is a site in this folder already. With --deploy, files to deploy it with are written.',
    )
  const config = isSite ? await configOf(root) : parseConfig('').config
  const words = wordsOf(root, now, config)
  const files = [
    ...(isSite ? [] : await siteFiles(deploy)),
    ...(deploy === undefined ? [] : [await deployFile(deploy)]),
  ].map(([file, text]) => [file, filledIn(text, words)] as const)
  for (const [file] of files)
    if (await isThere(join(root, file))) throw new ScaffoldError(`${file} is there already.`)
  for (const [file, text] of files) await writeNew(root, file, text)
  return { written: files.map(([file]) => file), next: nextSteps(isSite, deploy, config) }
}

function nextSteps(
  isSite: boolean,
  deploy: DeployHost | undefined,
  config: Config | null,
): readonly string[] {
  const isHosted = !isSite || deploy === undefined || config?.hosting.on.includes(deploy)
  return [
    ...(isHosted ? [] : [`Add "hosting: ${deploy}" to ${configFile}, so that builds write what it reads.`]),
    ...(isSite ? [] : ['Call "scholium serve" in it for a preview.']),
  ]
}

async function configOf(root: string): Promise<Config> {
  const { config, diagnostics } = await loadConfig(root)
  if (config) return config
  throw new ScaffoldError(diagnostics.map(({ message }) => message).join(' '))
}

type Words = Readonly<Record<string, string>>

function wordsOf(root: string, now: Date, config: Config | null): Words {
  return {
    date: now.toISOString().slice(0, 10),
    version,
    name: slugify(basename(root)),
    host: config?.url ? new URL(config.url).host : 'example.org',
    base: config?.basePath ?? '/',
  }
}

/** Gives a text with `@word@` in place. */
function filledIn(text: string, words: Words): string {
  return text.replace(/@([a-z]+)@/g, (whole, name: string) => words[name] ?? whole)
}

type NewFile = readonly [file: string, text: string]

async function siteFiles(deploy: DeployHost | undefined): Promise<readonly NewFile[]> {
  const folder = join(scaffold, 'site')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort()
  return Promise.all(
    names.map(async (name): Promise<NewFile> => {
      const text = await readFile(join(folder, name), 'utf8')
      // Packages cannot hold a file of that name.
      if (name === 'gitignore') return ['.gitignore', text]
      return [name, name === configFile && deploy ? `${text}hosting: ${deploy}\n` : text]
    }),
  )
}

async function deployFile(host: DeployHost): Promise<NewFile> {
  const [template, file] = deployFiles[host]
  return [file, await readFile(join(scaffold, 'deploy', template), 'utf8')]
}

async function writeNew(root: string, file: string, text: string): Promise<void> {
  const path = join(root, file)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    throw new ScaffoldError(`${file} cannot be written: ${reasonOf(error)}`, { cause: error })
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null
}
