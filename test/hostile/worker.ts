/** A process that is given hostile inputs, so that it can be killed: see fuzz.ts. Its arguments are a {@link Share} as JSON. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { type Input, imagesFrom, seedsOf, textsFor } from './inputs.js'
import { sites } from './sites.js'
import { type Target, type TargetName, targets } from './targets.js'

/** Which inputs a process is given. */
export interface Share {
  readonly targets: readonly TargetName[]
  readonly seed: number
  /** How many inputs each target is given. */
  readonly count: number
  /** The first of all inputs of all targets that this process is given, counted from 0. */
  readonly from: number
  readonly root: string
  readonly shared: string | null
  /** Whether it matters how long an input takes. */
  readonly measures: boolean
}

/** What a process tells: where it is, and what broke a law there. */
export type Told =
  | { readonly at: number }
  | {
      readonly at: number
      readonly input: string | Uint8Array
      readonly broken: readonly string[]
    }

const scratch = mkdtempSync(join(tmpdir(), 'scholium-hostile-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

/** What every object has, by which any change of it is told. */
const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype]
const untouched = prototypes.map((prototype) => Reflect.ownKeys(prototype).length)

/** In milliseconds of the processor: what any input may take, and what each of its characters adds. */
const allowance = { base: 1500, each: 1 }
/** Below this many milliseconds, times say nothing. */
const measurable = 150

async function judged(
  target: Target,
  { value, longer }: Input,
  measures: boolean,
): Promise<readonly string[]> {
  const [broken, time] = await timed(target, value)
  const polluted = prototypes.some(
    (prototype, index) => Reflect.ownKeys(prototype).length !== untouched[index],
  )
  const wrong = [...broken, ...(polluted ? ['a prototype was changed'] : [])]
  if (!measures) return wrong
  const slow = time > allowance.base + allowance.each * value.length ? [`${time} ms for ${value.length}`] : []
  const quadratic =
    longer === undefined || time < measurable ? [] : await growth(target, value as string, longer)
  return [...wrong, ...slow, ...quadratic]
}

/** Four times as much text may take four times as long, or a little more; the square would be sixteen. */
async function growth(target: Target, short: string, long: string): Promise<readonly string[]> {
  const best = async (text: string) =>
    Math.min((await timed(target, text))[1], (await timed(target, text))[1])
  const [one, four] = [await best(short), await best(long)]
  return four > 9 * one ? [`${one} ms for ${short.length}, ${four} ms for ${long.length}`] : []
}

async function timed(
  target: Target,
  input: string | Uint8Array,
): Promise<readonly [readonly string[], number]> {
  const before = process.cpuUsage()
  try {
    const broken = await target(input, scratch)
    const { user } = process.cpuUsage(before)
    return [broken, Math.round(user / 1000)]
  } catch (error) {
    return [[`threw ${(error as Error)?.stack ?? String(error)}`], 0]
  }
}

async function imageSeeds(): Promise<readonly Uint8Array[]> {
  const { default: sharp } = await import('sharp')
  const pixels = sharp({ create: { width: 320, height: 180, channels: 3, background: '#479' } })
  const gps = { IFD0: { Copyright: 'x' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } }
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200" viewBox="0 0 4 2"><style>a{}</style><!-- c --><text x="1" y="1">x<tspan>y</tspan></text><use href="#a"/><g id="a"><path d="M0 0L4 2"/></g></svg>'
  return [
    await pixels.clone().withExif(gps).png().toBuffer(),
    await pixels.clone().withExif(gps).jpeg().toBuffer(),
    await pixels
      .clone()
      .withExif(gps)
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf exif:GPSLatitude="51,30N"/></x:xmpmeta>')
      .webp()
      .toBuffer(),
    await pixels.clone().gif().toBuffer(),
    await pixels.clone().withExif(gps).tiff().toBuffer(),
    Buffer.from(svg),
  ]
}

async function inputsOf(target: TargetName, { seed, count, root, shared }: Share): Promise<readonly Input[]> {
  const inputs =
    target === 'image'
      ? imagesFrom(await imageSeeds())
      : target === 'site'
        ? sites.map((site) => ({ value: JSON.stringify(site) }))
        : textsFor(target, seedsOf(target, root, shared))
  return fc.sample(inputs, { seed, numRuns: count })
}

const tell = (told: Told) => new Promise<void>((resolve) => process.send?.(told, () => resolve()))

async function main(): Promise<void> {
  const work = JSON.parse(process.argv[2] ?? '{}') as Share
  for (const [index, target] of work.targets.entries()) {
    const before = index * work.count
    if (work.from >= before + work.count) continue
    for (const [own, input] of (await inputsOf(target, work)).entries()) {
      const at = before + own
      if (at < work.from) continue
      await tell({ at })
      const broken = await judged(targets[target], input, work.measures)
      if (broken.length > 0) await tell({ at, input: input.value, broken })
    }
  }
  process.disconnect?.()
}

await main()
