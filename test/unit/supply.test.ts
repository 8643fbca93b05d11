/** What comes along with the package: under which licences, known to whom, and asked after. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { packageFolder } from '../../src/package.js'
import { publishedPackages, run } from '../published.js'
import { siteFolder } from '../site-folder.js'

const nameAt = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
const readJson = (path: string) => JSON.parse(readFileSync(join(packageFolder, path), 'utf8'))

/** Gives a name with a star for the platform in it. */
const folded = (name: string) =>
  name.replace(
    /^(lightningcss|@img\/sharp(?:-libvips)?)-(?=android|darwin|freebsd|linux|win32|webcontainers|wasm32).*/,
    '$1-*',
  )

/** The table of the README, as what it should say. */
function licenceTable(): string {
  const byLicence = new Map<string, Set<string>>()
  for (const [path, { license = 'MIT' }] of publishedPackages())
    if (license !== 'MIT')
      byLicence.set(license, (byLicence.get(license) ?? new Set()).add(folded(nameAt(path))))
  return [...byLicence]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licence, names]) => `| ${licence} | ${[...names].sort().join(', ')} |\n`)
    .join('')
}

describe('The packages that come with Scholium', () => {
  it('stand in the README by their licences', () => {
    const [, written] =
      /\| licence \| packages \|\n\|---\|---\|\n((?:\|.*\|\n)*)/.exec(
        readFileSync(join(packageFolder, 'README.md'), 'utf8'),
      ) ?? []
    expect(written).toBe(licenceTable())
  })

  it('have the licences that the lock file says they have', () => {
    const wrong = publishedPackages()
      .filter(([path]) => existsSync(join(packageFolder, path)))
      .filter(([path, { license }]) => readJson(`${path}/package.json`).license !== license)
    expect(wrong.map(([path]) => path)).toEqual([])
    // It says so in a file alone; see package.test.ts.
    expect(
      publishedPackages()
        .filter(([, { license }]) => license === undefined)
        .map(([path]) => path),
    ).toEqual(['node_modules/i'])
  })

  it('are those that npm installs for users, each in the version that is locked', async () => {
    const { stdout } = await run('npm', ['ls', '--omit=dev', '--all', '--json'], {
      cwd: packageFolder,
      maxBuffer: 1 << 26,
    })
    interface Listed {
      readonly version?: string
      readonly dependencies?: Readonly<Record<string, Listed>>
    }
    const listed = new Set<string>()
    const walk = ({ dependencies = {} }: Listed) => {
      for (const [name, each] of Object.entries(dependencies)) {
        // What is optional and not for this platform has no version.
        if (each.version !== undefined) listed.add(`${name}@${each.version}`)
        walk(each)
      }
    }
    walk(JSON.parse(stdout))
    const locked = publishedPackages().map(([path, { version, optional, devOptional }]) => ({
      is: `${nameAt(path)}@${version}`,
      // Or of those who work on Scholium, too.
      optional: optional || devOptional,
    }))
    expect([...listed].filter((each) => !locked.some(({ is }) => is === each))).toEqual([])
    expect(locked.filter(({ is, optional }) => !optional && !listed.has(is)).map(({ is }) => is)).toEqual([])
  })

  it('have exact versions, and digests of what is to be installed', () => {
    const locked = Object.entries(
      readJson('package-lock.json').packages as Record<
        string,
        { version?: string; integrity?: string; resolved?: string }
      >,
    ).filter(([path]) => path !== '')
    expect(
      locked
        .filter(([, { version }]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version ?? ''))
        .map(([path]) => path),
    ).toEqual([])
    expect(
      locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path),
    ).toEqual([])
  })

  it('stand in a bill of materials, each of them, with nothing of this machine in it', async () => {
    const file = join(await siteFolder(), 'made/bill.json')
    await run(process.execPath, [join(packageFolder, 'tools/sbom.mjs'), file])
    const text = readFileSync(file, 'utf8')
    const { bomFormat, metadata, components } = JSON.parse(text) as {
      bomFormat: string
      metadata: { component: { name: string } }
      components: { name: string; version: string; licenses?: unknown }[]
    }
    expect([bomFormat, metadata.component.name]).toEqual(['CycloneDX', 'scholium'])
    const named = components.map(({ name, version }) => `${name}@${version}`).sort()
    const locked = publishedPackages().map(([path, { version }]) => `${nameAt(path)}@${version}`)
    expect(named).toEqual([...new Set(locked)].sort())
    expect(components.filter(({ licenses }) => !licenses).map(({ name }) => name)).toEqual(['i'])
    expect([...text.matchAll(/https?:\/\/[^/"]+/g)].map(([host]) => host)).toEqual(['http://cyclonedx.org'])
  })
})

describe('The question whether anything is known against them', () => {
  type Registry = (path: string) => { readonly status: number; readonly body: unknown }
  const cache = mkdtempSync(join(tmpdir(), 'scholium-audit-'))
  afterAll(() => rmSync(cache, { recursive: true, force: true }))

  /** Asks a registry that answers as it is told to; null for one that is not there. */
  async function audited(registry: Registry | null) {
    const asked: string[] = []
    const server = createServer((request, response) => {
      const path = request.url ?? ''
      asked.push(path)
      const { status, body } = registry?.(path) ?? { status: 500, body: {} }
      request.resume().on('end', () => {
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    if (registry === null) server.close()
    const where = {
      npm_config_registry: `http://127.0.0.1:${port}/`,
      npm_config_cache: join(cache, String(port)),
    }
    const options = { cwd: packageFolder, env: { ...process.env, ...where }, maxBuffer: 1 << 26 }
    const audit = join(packageFolder, 'tools/audit.mjs')
    const ended = await run(process.execPath, [audit], options).catch((error) => error)
    server.close()
    return { code: ended.code ?? 0, said: `${ended.stdout}${ended.stderr}`, asked }
  }

  const advisory = {
    ...{ id: 1, url: 'https://example.org/1', title: 'Bad', severity: 'high', vulnerable_versions: '*' },
    ...{ cwe: [], cvss: { score: 0 } },
  }
  const knowing: Registry = (path) => {
    if (path.includes('advisories')) return { status: 200, body: { katex: [advisory] } }
    const version = '0.16.47'
    const versions = { [version]: { name: 'katex', version } }
    return { status: 200, body: { name: path.slice(1), 'dist-tags': { latest: version }, versions } }
  }
  /** All at once: npm takes its time. */
  const asking = {
    nothing: audited(() => ({ status: 200, body: {} })),
    something: audited(knowing),
    unheard: audited(() => ({ status: 405, body: {} })),
    senseless: audited(() => ({ status: 400, body: { error: 'Invalid package tree' } })),
    nobody: audited(null),
  }

  it('is answered, and nothing is known', async () => {
    const { code, said, asked } = await asking.nothing
    expect(asked[0]).toContain('advisories')
    expect([code, said]).toEqual([0, 'npm audit: nothing is known against what users install.\n'])
  })

  it('is answered by what is wrong, which is a failure', async () => {
    const { code, said } = await asking.something
    expect(code).toBe(1)
    expect(said).toMatch(/^katex .*: high$/m)
    expect(said).toMatch(/npm audit knows of \d+ vulnerable packages/)
  })

  it('is not answered, which is said plainly and is no failure', async () => {
    const { code, said } = await asking.unheard
    const plainly = /^npm audit: NOT CHECKED\. The registry does not answer: .*advisories/
    expect([code, said]).toEqual([0, expect.stringMatching(plainly)])
    expect(said).not.toContain('127.0.0.1')
  })

  it('reaches nobody, which is no failure either', async () => {
    const { code, said } = await asking.nobody
    expect([code, said]).toEqual([0, expect.stringContaining('NOT CHECKED')])
  })

  it('makes no sense, which is one', async () => {
    const { code, said } = await asking.senseless
    expect([code, said]).toEqual([1, expect.stringContaining('npm audit failed: 400')])
  })
})
