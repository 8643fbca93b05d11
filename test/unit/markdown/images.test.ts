import type { Root as HastRoot } from 'hast'
import type { Root } from 'mdast'
import { expect, it } from 'vitest'
import type { LoadedPlugin } from '../../../src/markdown/site-plugins.js'
import { rendererOf } from './rendered-post.js'

/** Gives a plugin as a site has it: what it does to a tree, and which tree. */
function pluginOf(kind: LoadedPlugin['kind'], run: (tree: never) => void): LoadedPlugin {
  return { kind, name: 'adding', plugin: () => run as never, options: undefined, index: 0 }
}

const addImage = (tree: Root) => {
  tree.children.push({ type: 'paragraph', children: [{ type: 'image', url: 'plot.png', alt: 'A plot' }] })
}

const addElement = (tree: HastRoot) => {
  const properties = { src: 'plot.png', alt: 'A plot' }
  tree.children.push({ type: 'element', tagName: 'img', properties, children: [] })
}

it.each([
  ['remark', pluginOf('remark', addImage)],
  ['rehype', pluginOf('rehype', addElement)],
] as const)('An image that a plugin of %s adds is open for its file, as one of the text is', (_, plugin) => {
  const { holes } = rendererOf('', [plugin])('Words alone.')
  const attributes = { alt: 'A plot', loading: 'eager', fetchpriority: 'high', decoding: 'async' }
  expect(holes).toMatchObject([{ kind: 'image', url: 'plot.png', image: { attributes, first: true } }])
})

it('A film that a plugin adds is played', () => {
  const film = pluginOf('remark', (tree: Root) => {
    tree.children.push({ type: 'paragraph', children: [{ type: 'image', url: 'talk.mp4', alt: 'The talk' }] })
  })
  expect(rendererOf('', [film])('Words alone.').html).toContain('<video')
})
