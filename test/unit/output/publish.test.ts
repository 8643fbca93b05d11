import { existsSync } from 'node:fs'
import { lstat, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { digestOf } from '../../../src/digest.js'
import { outputFolderFault } from '../../../src/output/folder.js'
import { type BuildRecord, manifestFiles, readManifest, writeManifest } from '../../../src/output/manifest.js'
import { beginPublication, PublishError } from '../../../src/output/publish.js'
import { stageBytes, stageCopy } from '../../../src/output/staging.js'
import { type Files, filesIn, pathsIn, siteFolder, writeFiles } from '../../site-folder.js'

/** Any record of a build: what it says is nothing to a publication. */
const anyBuild: BuildRecord = {
  program: '',
  drafts: false,
  searchIndex: true,
  encodes: true,
  since: 0,
  until: null,
  git: null,
  inventory: { takenAt: 0, files: [], named: [] },
  basePath: '/',
  counts: {},
  diagnostics: [],
}

type Content = { readonly bytes: Uint8Array | string } | { readonly copyOf: string }

/** A publication whose outputs have names and contents alone; each is made from what its bytes say. */
function begin(root: string, out: string, anew = false) {
  const state = join(root, '.scholium')
  const files = manifestFiles(state, root, resolve(out))
  const { place, add, keep, commit, abandon } = beginPublication({
    state,
    out,
    files,
    before: readManifest(files),
    anew,
  })
  const stage = async (output: string, content: Content) => {
    const bytes = 'bytes' in content ? content.bytes : await readFile(content.copyOf)
    const staged =
      'bytes' in content
        ? stageBytes(place(output), bytes)
        : stageCopy(place(output), content.copyOf, digestOf(bytes))
    add(output, digestOf(bytes), staged)
  }
  const commitAll = () => {
    const { record, outputs: published, ...counts } = commit()
    record(anyBuild)
    const outputs = new Map([...published].map(([output, { digest }]) => [output, digest]))
    return { ...counts, outputs }
  }
  const later = <T>(work: () => T): Promise<T> => Promise.resolve().then(work)
  return { stage, keep, commit: () => later(commitAll), abandon: () => later(abandon) }
}

type Publication = ReturnType<typeof begin>

/** Stages outputs into the folder `dist` of a root, and does with them what is asked for. */
async function staged(
  root: string,
  outputs: Files,
  options: { out?: string; anew?: boolean } = {},
): Promise<Publication> {
  const publication = begin(root, options.out ?? join(root, 'dist'), options.anew)
  for (const [output, bytes] of Object.entries(outputs)) await publication.stage(output, { bytes })
  return publication
}

async function publish(root: string, outputs: Files, options: { out?: string; anew?: boolean } = {}) {
  return (await staged(root, outputs, options)).commit()
}

/** Expects a commit to be refused with a message, and every file to be as it was. */
async function expectRefused(root: string, outputs: Files, message: RegExp): Promise<void> {
  const before = [await filesIn(join(root, 'dist')), await pathsIn(join(root, 'dist'))]
  const publication = await staged(root, outputs)
  const error = await publication.commit().catch((reason: unknown) => reason)
  await publication.abandon()
  expect(error).toBeInstanceOf(PublishError)
  expect(String(error)).toMatch(message)
  expect([await filesIn(join(root, 'dist')), await pathsIn(join(root, 'dist'))]).toEqual(before)
}

const site: Files = { 'index.html': 'home', 'posts/a/index.html': 'a', 'assets/x.css': 'x' }

describe('A file that Scholium did not write', () => {
  it('is not replaced by the first publication, if it is the home page of something else', async () => {
    const root = await siteFolder({ 'dist/index.html': 'precious' })
    await expectRefused(root, site, /^Error: index.html is in the output folder already/)
  })

  it('is not replaced by a later publication, whatever it is', async () => {
    const root = await siteFolder()
    await publish(root, site)
    await writeFile(join(root, 'dist/robots.txt'), 'precious')
    await expectRefused(
      root,
      { ...site, 'robots.txt': 'ours' },
      /^Error: robots.txt is in the output folder already/,
    )
  })

  it('is replaced where everything is to be written anew', async () => {
    const root = await siteFolder({ 'dist/index.html': 'precious' })
    const publication = begin(root, join(root, 'dist'), true)
    await publication.stage('index.html', { bytes: 'home' })
    await publication.commit()
    expect(await filesIn(join(root, 'dist'))).toEqual({ 'index.html': 'home' })
  })
})

describe('A publication', () => {
  it('changes nothing in the output folder before it is committed', async () => {
    const root = await siteFolder({ 'dist/old.txt': 'old' })
    const publication = await staged(root, site)
    expect(await filesIn(join(root, 'dist'))).toEqual({ 'old.txt': 'old' })
    await publication.commit()
    expect(await filesIn(join(root, 'dist'))).toEqual({ ...site, 'old.txt': 'old' })
  })

  it('says what it wrote, and the digest of every output', async () => {
    const { written, unchanged, removed, outputs } = await publish(await siteFolder(), site)
    expect([written, unchanged, removed]).toEqual([3, 0, 0])
    expect(Object.fromEntries(outputs)).toEqual(
      Object.fromEntries(Object.entries(site).map(([output, text]) => [output, digestOf(text)])),
    )
  })

  it('copies files byte for byte', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    const root = await siteFolder({ 'assets/x.bin': bytes })
    const publication = begin(root, join(root, 'dist'))
    await publication.stage('x.bin', { copyOf: join(root, 'assets/x.bin') })
    const { outputs } = await publication.commit()
    expect(new Uint8Array(await readFile(join(root, 'dist/x.bin')))).toEqual(bytes)
    expect(outputs.get('x.bin')).toBe(digestOf(bytes))
  })

  it('may stage many outputs at once', async () => {
    const root = await siteFolder()
    const publication = begin(root, join(root, 'dist'))
    const names = Array.from({ length: 50 }, (_, index) => `${index}.txt`)
    await Promise.all(names.map((name) => publication.stage(name, { bytes: name })))
    await publication.commit()
    expect(await filesIn(join(root, 'dist'))).toEqual(Object.fromEntries(names.map((name) => [name, name])))
  })

  it('leaves no trace but the manifest and what is published', async () => {
    const root = await siteFolder()
    await publish(root, site)
    expect(await readdir(root)).toEqual(['.scholium', 'dist'])
    expect(await readdir(join(root, '.scholium'))).toEqual([
      expect.stringMatching(/^manifest-[0-9a-f]{8}\.json$/),
      expect.stringMatching(/^outputs-[0-9a-f]{8}\.json$/),
    ])
  })

  it('that is abandoned leaves the output folder as it was, even if there was none', async () => {
    const root = await siteFolder()
    await (await staged(root, site)).abandon()
    expect(existsSync(join(root, 'dist'))).toBe(false)
    expect(await filesIn(root)).toEqual({})
    await publish(root, site)
    const before = await filesIn(root)
    await (await staged(root, { 'other.html': 'other' })).abandon()
    expect(await filesIn(root)).toEqual(before)
  })
})

describe('An output that has not changed', () => {
  it('is not written again', async () => {
    const root = await siteFolder()
    await publish(root, site)
    const file = join(root, 'dist/index.html')
    await utimes(file, 1, 1)
    const before = await lstat(file)
    const { written, unchanged } = await publish(root, { ...site, 'assets/x.css': 'y' })
    const after = await lstat(file)
    expect([written, unchanged]).toEqual([1, 2])
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs])
    expect(await filesIn(join(root, 'dist'))).toEqual({ ...site, 'assets/x.css': 'y' })
  })

  it('is written again if asked for', async () => {
    const root = await siteFolder()
    await publish(root, site)
    expect(await publish(root, site, { anew: true })).toMatchObject({ written: 3, unchanged: 0, removed: 0 })
  })

  it('is written again if somebody changed or removed what was published', async () => {
    const root = await siteFolder()
    await publish(root, site)
    await writeFile(join(root, 'dist/index.html'), 'HOME')
    await rm(join(root, 'dist/assets'), { recursive: true })
    expect(await publish(root, site)).toMatchObject({ written: 2, unchanged: 1 })
    expect(await filesIn(join(root, 'dist'))).toEqual(site)
  })
})

describe('What is stale', () => {
  it('is removed if it is ours, with the folders that it leaves empty', async () => {
    const root = await siteFolder()
    await publish(root, { ...site, 'posts/b/c/index.html': 'c', 'posts/b/x.png': 'x' })
    const { removed } = await publish(root, { 'index.html': 'home' })
    expect(removed).toBe(4)
    expect(await pathsIn(join(root, 'dist'))).toEqual(['index.html'])
  })

  it('is kept if it is not ours, with its folder', async () => {
    const root = await siteFolder({ 'dist/CNAME': 'example.org', 'dist/posts/a/notes.txt': 'mine' })
    await mkdir(join(root, 'dist/empty'))
    await publish(root, site)
    await publish(root, { 'index.html': 'home' })
    expect(await pathsIn(join(root, 'dist'))).toEqual([
      'CNAME',
      'empty/',
      'index.html',
      'posts/',
      'posts/a/',
      'posts/a/notes.txt',
    ])
  })

  it('is known for each output folder by itself', async () => {
    const root = await siteFolder()
    await publish(root, site)
    await publish(root, { 'index.html': 'home' }, { out: join(root, 'public') })
    expect(await filesIn(join(root, 'dist'))).toEqual(site)
    expect(await filesIn(join(root, 'public'))).toEqual({ 'index.html': 'home' })
  })

  it('is known from the second record if the manifest is lost or damaged', async () => {
    for (const damage of [
      (text: string) => text.slice(0, -1),
      (text: string) => text.replace('index', 'xndex'),
      () => '',
    ]) {
      const root = await siteFolder()
      await publish(root, site)
      const [name = ''] = await readdir(join(root, '.scholium'))
      const manifest = join(root, '.scholium', name)
      await writeFile(manifest, damage(await readFile(manifest, 'utf8')))
      expect(await publish(root, { 'index.html': 'new' })).toMatchObject({ written: 1, removed: 2 })
      expect(await filesIn(join(root, 'dist'))).toEqual({ 'index.html': 'new' })
    }
  })

  it('is known no more if neither record can be read: all is kept, and published again', async () => {
    for (const manifest of ['', '{', 'null', '[]', '{"outputs": 3}', '{"outputs": {"x.html": 3}}']) {
      const root = await siteFolder()
      await publish(root, { ...site, 'index.html': '<meta name="generator" content="Scholium 0.1.0">' })
      for (const name of await readdir(join(root, '.scholium')))
        await writeFile(join(root, '.scholium', name), manifest)
      expect(await publish(root, { 'index.html': 'new' })).toMatchObject({ written: 1, removed: 0 })
      expect(await filesIn(join(root, 'dist'))).toEqual({ ...site, 'index.html': 'new' })
    }
  })

  it('is not looked for outside of the output folder, whatever the manifest says', async () => {
    const root = await siteFolder({ 'content/a.md': 'A', 'dist/x.html': 'x' })
    await publish(root, site)
    const files = manifestFiles(join(root, '.scholium'), root, join(root, 'dist'))
    const paths = ['../content/a.md', 'posts/../../content/a.md', '', '.', '/etc/hostname']
    const record = { key: '1', digest: '1', signature: '1 1 1' }
    writeManifest(files, { outputs: new Map(paths.map((path) => [path, record])), build: null })
    expect(await publish(root, site)).toMatchObject({ removed: 0 })
    expect(await readFile(join(root, 'content/a.md'), 'utf8')).toBe('A')
  })

  it('and behind a link that leads out is kept', async () => {
    const outside = await siteFolder({ 'index.html': 'theirs' })
    const root = await siteFolder()
    await publish(root, { ...site, 'posts/b/index.html': 'b' })
    await rm(join(root, 'dist/posts/b'), { recursive: true })
    await symlink(outside, join(root, 'dist/posts/b'))
    expect(await publish(root, site)).toMatchObject({ removed: 0 })
    expect(await filesIn(outside)).toEqual({ 'index.html': 'theirs' })
  })
})

describe('What lies in the way of a publication stops it before anything has changed:', () => {
  it('a foreign file where a folder should be', async () => {
    const root = await siteFolder({ 'dist/posts': 'a file' })
    await expectRefused(
      root,
      site,
      /folder of posts\/a\/index\.html cannot be made: a file is where a folder should be/,
    )
  })

  it('a foreign folder where a file should be', async () => {
    const root = await siteFolder({ 'dist/index.html/x.txt': 'x' })
    await expectRefused(root, site, /index\.html cannot be written: a folder is where a file should be/)
  })

  it('an empty folder where a file should be', async () => {
    const root = await siteFolder({ 'dist/x.txt': 'x' })
    await mkdir(join(root, 'dist/index.html'))
    await expectRefused(root, site, /index\.html cannot be written/)
  })

  it('a link that leads out of the output folder', async () => {
    const outside = await siteFolder()
    const root = await siteFolder({ 'dist/x.txt': 'x' })
    await symlink(outside, join(root, 'dist/posts'))
    await expectRefused(
      root,
      site,
      /folder of posts\/a\/index\.html is a link that leads out of the output folder/,
    )
    expect(await pathsIn(outside)).toEqual([])
  })

  it('a link that leads nowhere', async () => {
    const root = await siteFolder({ 'dist/x.txt': 'x' })
    await symlink('nowhere', join(root, 'dist/posts'))
    await expectRefused(root, site, /is a link that leads out/)
  })

  it('an output in another’s place', async () => {
    const root = await siteFolder({ 'dist/x.txt': 'x' })
    await expectRefused(
      root,
      { ...site, posts: 'x' },
      /posts and posts\/a\/index\.html cannot both be published/,
    )
    await publish(root, { posts: 'x' })
    await expectRefused(root, { posts: 'x', 'posts/a/index.html': 'a' }, /a file is where a folder should be/)
  })
})

describe('In the way may lie', () => {
  it('a link within the output folder', async () => {
    const root = await siteFolder({ 'dist/real/x.txt': 'x' })
    await symlink('real', join(root, 'dist/posts'))
    await publish(root, site)
    expect(await readFile(join(root, 'dist/real/a/index.html'), 'utf8')).toBe('a')
  })

  it('a link in the place of a file, which it replaces and does not follow', async () => {
    const outside = await siteFolder({ 'x.html': 'theirs' })
    const root = await siteFolder({ 'dist/x.txt': 'x' })
    await symlink(join(outside, 'x.html'), join(root, 'dist/index.html'))
    await publish(root, site)
    expect(await filesIn(outside)).toEqual({ 'x.html': 'theirs' })
    expect((await lstat(join(root, 'dist/index.html'))).isFile()).toBe(true)
  })

  it('a stale file of ours where a folder is needed now', async () => {
    const root = await siteFolder()
    await publish(root, { 'index.html': 'home', 'a.html': 'a' })
    expect(await publish(root, { 'index.html': 'home', 'a.html/index.html': 'b' })).toMatchObject({
      removed: 1,
    })
    expect(await filesIn(join(root, 'dist'))).toEqual({ 'index.html': 'home', 'a.html/index.html': 'b' })
  })

  it('a folder with nothing but stale files of ours where a file is needed now', async () => {
    const root = await siteFolder()
    await publish(root, { 'a.html/index.html': 'a', 'a.html/b/c.html': 'c' })
    expect(await publish(root, { 'a.html': 'b' })).toMatchObject({ written: 1, removed: 2 })
    expect(await filesIn(join(root, 'dist'))).toEqual({ 'a.html': 'b' })
  })
})

describe('An output path that leaves the output folder', () => {
  it.each(['../x.html', 'a/../../x.html', '..', '.', '', '/../x', 'a/..'])(
    'is refused: %j',
    async (output) => {
      const root = await siteFolder()
      const publication = begin(root, join(root, 'dist'))
      await expect(publication.stage(output, { bytes: 'x' })).rejects.toThrow(PublishError)
      await publication.commit()
      expect(await filesIn(join(root, 'dist'))).toEqual({})
      expect(await readdir(root)).toEqual(['.scholium', 'dist'])
    },
  )
})

describe('An output with a second name', () => {
  it.each(['a/../index.html', './index.html', 'a//b.html', '../x.html'])('is refused: %s', async (output) => {
    const publication = begin(await siteFolder(), await siteFolder())
    await expect(publication.stage(output, { bytes: '' })).rejects.toThrow(PublishError)
    await publication.abandon()
  })
})

describe('What another build left behind', () => {
  it('is removed if that build is no more', async () => {
    // Process ids end at 2^22 on Linux and well before on other systems: this one never is.
    const root = await siteFolder({ '.scholium/stage-99999999-a/0': 'left', '.scholium/cache/x': 'kept' })
    const publication = await staged(root, site)
    const ours = expect.stringMatching(`^stage-${process.pid}-`)
    expect((await readdir(join(root, '.scholium'))).sort()).toEqual(['cache', ours])
    await publication.commit()
  })

  it('is kept while that build runs', async () => {
    const file = `.scholium/stage-${process.ppid}-a/0`
    const root = await siteFolder({ [file]: 'at work' })
    await publish(root, site)
    expect(await readFile(join(root, file), 'utf8')).toBe('at work')
  })

  it('under the same process id, before this process began, is removed', async () => {
    const folder = `.scholium/stage-${process.pid}-a`
    const root = await siteFolder({ [`${folder}/0`]: 'left' })
    await utimes(join(root, folder), 0, 0)
    await publish(root, site)
    expect(existsSync(join(root, folder))).toBe(false)
    expect(await filesIn(join(root, 'dist'))).toEqual(site)
  })

  it('does not touch another publication of the same process', async () => {
    const root = await siteFolder()
    const outs = ['one', 'two'].map((name) => join(root, name))
    const both = await Promise.all(outs.map((out) => staged(root, site, { out })))
    await Promise.all(both.map((publication) => publication.commit()))
    for (const out of outs) expect(await filesIn(out)).toEqual(site)
    expect(
      (await readdir(join(root, '.scholium'))).every((name) => /^(manifest|outputs)-\w+\.json$/.test(name)),
    ).toBe(true)
  })

  it('half-way through its commit is put right: stale files of both are known', async () => {
    const root = await siteFolder()
    await publish(root, { ...site, 'old.html': 'old' })
    const publication = await staged(root, { ...site, 'new.html': 'new' })
    // A staged file that is lost stops the commit after the manifest names old and new outputs.
    const staging = (await readdir(join(root, '.scholium'))).find((name) => name.startsWith('stage-')) ?? ''
    await rm(join(root, '.scholium', staging, digestOf('new.html')))
    await expect(publication.commit()).rejects.toThrow(PublishError)
    await writeFiles(root, { 'dist/new.html': 'as if it had been moved' })
    expect(await publish(root, site)).toMatchObject({ removed: 2 })
    expect(await filesIn(join(root, 'dist'))).toEqual(site)
  })
})

describe('Any run of publications', () => {
  it('ends with the outputs of the last one and the foreign files', async () => {
    const root = await siteFolder()
    const output = fc.constantFrom('index.html', 'a/index.html', 'a/b.css', 'c/d/e.png', 'f', '分/index.html')
    const outputs = fc.dictionary(output, fc.constantFrom('', '1', '22'), { noNullPrototype: true })
    await fc.assert(
      fc.asyncProperty(fc.array(outputs, { minLength: 1, maxLength: 4 }), async (runs) => {
        await rm(join(root, 'dist'), { recursive: true, force: true })
        await rm(join(root, '.scholium'), { recursive: true, force: true })
        await writeFiles(root, { 'dist/a/mine.txt': 'mine' })
        for (const each of runs) {
          const { written, unchanged, outputs: digests } = await publish(root, each)
          expect(written + unchanged).toBe(Object.keys(each).length)
          expect([...digests.keys()].sort()).toEqual(Object.keys(each).sort())
          const found = Object.entries(await filesIn(join(root, 'dist'))).map(([path, text]) => [
            path,
            Buffer.from(text, 'latin1').toString('utf8'),
          ])
          expect(Object.fromEntries(found)).toEqual({ ...each, 'a/mine.txt': 'mine' })
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('An output folder', () => {
  it('that is a file is refused', async () => {
    const root = await siteFolder({ dist: 'a file' })
    expect(() => begin(root, join(root, 'dist'))).toThrow(/a file is in its place/)
    expect(() => begin(root, join(root, 'dist/deeper'))).toThrow(/a file is in its place/)
    expect(await filesIn(root)).toEqual({ dist: 'a file' })
  })

  it('may lie anywhere, on another file system too, and holds no trace of the work', async () => {
    const elsewhere = '/dev/shm'
    const root = await siteFolder()
    const isOther = existsSync(elsewhere) && (await stat(elsewhere)).dev !== (await stat(root)).dev
    const out = isOther ? join(elsewhere, `scholium-test-${process.pid}`) : join(await siteFolder(), 'out')
    onTestFinished(() => rm(out, { recursive: true, force: true }))
    await publish(root, site, { out })
    await publish(root, { ...site, 'index.html': 'new' }, { out })
    await (await staged(root, { 'x.html': 'x' }, { out })).abandon()
    expect(await pathsIn(out)).toEqual([
      'assets/',
      'assets/x.css',
      'index.html',
      'posts/',
      'posts/a/',
      'posts/a/index.html',
    ])
    expect(await filesIn(out)).toEqual({ ...site, 'index.html': 'new' })
  })

  it('is fit to publish to unless it is the site, around it, or one of its own folders', () => {
    const fault = (out: string) => outputFolderFault('/home/a/site', out)
    for (const out of ['dist', 'public/blog', '../out', '/var/www', 'contents', 'dist/../public']) {
      expect(fault(resolve('/home/a/site', out))).toBeNull()
    }
    for (const out of ['/home/a/site', '/home/a/site/', '/home/a', '/', '/home/a/site/dist/..']) {
      expect(fault(out)).toBe('it is the site itself, or a folder around it')
    }
    for (const own of ['content', 'templates', 'assets', 'src', '.git', 'node_modules']) {
      for (const out of [own, `${own}/deeper`, `dist/../${own}`]) {
        expect(fault(`/home/a/site/${out}`)).toBe(
          `it lies in ${own}/, which holds other files than published ones`,
        )
      }
    }
    expect(fault('/home/a/site/.scholium')).toBe(
      'it is .scholium/, which holds other files than published ones',
    )
    expect(fault('/home/a/site/.scholium/preview')).toBeNull()
  })
})
