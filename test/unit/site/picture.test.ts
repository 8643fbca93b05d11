import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OpenImage } from '../../../src/markdown/rendered.js'
import {
  type PictureFrame,
  pictureHtml,
  pictureOf,
  plainPicture,
  type SiteImage,
} from '../../../src/site/picture.js'
import { withStyles } from '../../readable.js'

const photo: SiteImage = {
  width: 3000,
  height: 2000,
  colour: '#9ab',
  candidates: [
    { format: 'webp', width: 640, output: 'assets/encoded/a.640w.webp' },
    { format: 'webp', width: 1760, output: 'assets/encoded/a b.1760w.webp' },
  ],
}
const lazy = { alt: 'A', loading: 'lazy', decoding: 'async' }
const frame: PictureFrame = { basePath: '/', dark: null, led: false }

/** Gives the HTML of a picture, with the styles that its classes stand for. */
function htmlOf(
  image: SiteImage | null,
  open: Partial<OpenImage> = {},
  around: Partial<PictureFrame> = {},
): string {
  const whole = { attributes: lazy, first: false, figure: false, ...open }
  const picture = pictureOf({ href: '/a.jpg', image }, whole, { ...frame, ...around })
  return withStyles(pictureHtml(picture), new Map(Object.entries(picture.styles)))
}

describe('An image whose file is known', () => {
  it('has its size, its encodings, and how wide it is shown', () => {
    expect(htmlOf(photo)).toBe(
      '<img src="/a.jpg" srcset="/assets/encoded/a.640w.webp 640w, /assets/encoded/a%20b.1760w.webp 1760w" ' +
        'sizes="auto, (min-width: 650px) 608px, calc(100vw - 42px)" alt="A" loading="lazy" decoding="async" ' +
        'width="3000" height="2000" style="background-color:#9ab" data-full="3000">',
    )
  })

  it('leads to its encodings below the path of the site', () => {
    expect(htmlOf(photo, {}, { basePath: '/blog/' })).toContain(
      'srcset="/blog/assets/encoded/a.640w.webp 640w',
    )
  })

  it('leaves its width to the browser only where it is loaded late', () => {
    expect(htmlOf(photo, { attributes: { ...lazy, loading: 'eager' } })).toContain(
      'sizes="(min-width: 650px)',
    )
  })

  it('has other formats in sources before it', () => {
    const avif = [{ format: 'avif', width: 1760, output: 'assets/encoded/a.1760w.avif' } as const]
    expect(htmlOf({ ...photo, candidates: [...avif, ...photo.candidates] })).toMatch(
      /^<picture><source type="image\/avif" srcset="[^"]+\.avif 1760w" sizes="auto, [^"]+"><img [^>]*webp 1760w"[^>]*><\/picture>$/,
    )
  })

  it('is shown as wide as its author says, and never out of shape', () => {
    const sized = (attributes: Record<string, string>) =>
      /sizes="auto, ([^"]*)".* width="(\d+)" height="(\d+)"/
        .exec(htmlOf(photo, { attributes: { ...lazy, ...attributes } }))
        ?.slice(1)
    expect(sized({ width: '300' })).toEqual(['(min-width: 342px) 300px, calc(100vw - 42px)', '300', '200'])
    expect(sized({ height: '300' })?.slice(1)).toEqual(['450', '300'])
    expect(sized({ width: '300', height: '900' })?.slice(1)).toEqual(['300', '200'])
  })

  it('takes a part of the column where its author says so', () => {
    const html = htmlOf(photo, { share: 0.6, attributes: { ...lazy, class: 'w60' } })
    expect(html).toContain('sizes="auto, (min-width: 651px) 365px, calc(60vw - 25.2px)"')
    expect(html).toContain('width="3000" height="2000" class="w60" style="background-color:#9ab"')
  })

  it('in a figure is as wide as the column, too, and says its shape', () => {
    const html = htmlOf(photo, { figure: true })
    expect(html).toContain('(min-width: 650px) 608px')
    expect(html).toContain('style="--shape:1.5;background-color:#9ab"')
  })

  it('in a figure says its width where it is low, unless it is a drawing: no row is to blow it up', () => {
    const low = { ...photo, width: 300, height: 200 }
    expect(htmlOf(low, { figure: true })).toContain('style="--shape:1.5;--own:300px;background-color:#9ab"')
    expect(htmlOf({ ...low, colour: null }, { figure: true })).toContain('style="--shape:1.5"')
  })

  it('can be enlarged where it is shown much smaller than it is', () => {
    const featuresAt = (width: number) =>
      pictureOf(
        { href: '/a.jpg', image: { ...photo, width } },
        { attributes: lazy, first: false, figure: false },
        frame,
      ).features
    expect([featuresAt(600), featuresAt(700), featuresAt(760)]).toEqual([[], [], ['enlarge']])
  })
})

describe('An image whose file is not known', () => {
  it('is what its author wrote', () => {
    expect(htmlOf(null, { attributes: { alt: '', width: '300' } })).toBe(
      '<img src="/a.jpg" alt="" width="300">',
    )
  })
})

describe('An image with a form for dark pages', () => {
  it('has a source that the page’s switch can find, and no colour of its own', () => {
    const dark = { href: '/a.dark.jpg', image: { ...photo, colour: '#000' } }
    const html = htmlOf(photo, {}, { dark })
    expect(html).toMatch(
      /^<picture><source media="\(prefers-color-scheme: dark\)" data-dark="" srcset="[^"]*" sizes="[^"]*" width="3000" height="2000"><img /,
    )
    expect(html).not.toContain('background-color')
  })

  it('of an unknown file is named as it is', () => {
    expect(htmlOf(null, {}, { dark: { href: '/a.dark.svg', image: null } })).toBe(
      '<picture><source media="(prefers-color-scheme: dark)" data-dark="" srcset="/a.dark.svg"><img src="/a.jpg" alt="A" loading="lazy" decoding="async"></picture>',
    )
  })
})

describe('The first image of a post', () => {
  const first = { attributes: { alt: '', loading: 'eager', fetchpriority: 'high' }, first: true }

  it('is loaded at once and before all else', () => {
    expect(htmlOf(photo, first)).toContain('loading="eager" fetchpriority="high"')
  })

  it('is loaded as all others are where the post has an image above it', () => {
    expect(htmlOf(photo, first, { led: true })).toContain('loading="lazy"')
    expect(htmlOf(photo, first, { led: true })).not.toContain('fetchpriority')
  })
})

it('A plain image has its URL, its words and its size, and nothing else', () => {
  const attributes = { ...lazy, title: 'T', class: 'c', id: 'i', style: 'color: red' }
  const picture = pictureOf(
    { href: '/a.jpg', image: photo },
    { attributes, first: false, figure: true },
    frame,
  )
  expect(plainPicture(picture)).toEqual({
    src: '/a.jpg',
    alt: 'A',
    title: 'T',
    width: '3000',
    height: '2000',
  })
})

it('Whatever authors write stays within the attribute that it is written in', () => {
  const text = fc.string({ unit: fc.constantFrom('"', "'", '<', '>', '&', '=', ' ', 'a') })
  fc.assert(
    fc.property(text, text, (alt, title) => {
      const html = htmlOf(photo, { attributes: { alt, title } })
      const written =
        /^<img src="[^"]*" srcset="[^"]*" sizes="[^"]*" alt="([^"]*)" title="([^"]*)" width=/.exec(html)
      const read = (value = '') =>
        value.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&')
      expect([read(written?.[1]), read(written?.[2])]).toEqual([alt, title])
    }),
  )
})
