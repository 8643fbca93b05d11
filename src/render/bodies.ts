/** Many bodies: each post's Markdown rendered with the options that reach it. */
import type { Config } from '../config.js'
import type { Post } from '../content/post.js'
import { type RenderOptions, renderer } from '../markdown/pipeline.js'
import type { Rendered } from '../markdown/rendered.js'
import { theoremKinds } from '../markdown/theorems.js'

/** What reaches a body from outside, its title aside. */
export type BodyOptions = Omit<RenderOptions, 'title'>

/** A post with its rendered body. */
export interface RenderedPost {
  readonly post: Post
  readonly rendered: Rendered
  readonly options: BodyOptions
}

/** Renders the bodies of posts, in order. A renderer is made once for each set of options. */
export function renderBodies(posts: readonly Post[], config: Config): readonly RenderedPost[] {
  const renderers = new Map<string, ReturnType<typeof renderer>>()
  return posts.map((post) => {
    const options = bodyOptions(config, post)
    const key = JSON.stringify(options)
    const render = renderers.get(key) ?? renderer(options)
    renderers.set(key, render)
    return { post, rendered: render(post.body, post.title), options }
  })
}

/** Gives what reaches a post's body from outside: the site's options, with the post's own over them. */
function bodyOptions(config: Config, { math, macros }: Post): BodyOptions {
  const own = Object.fromEntries(Object.entries(math).filter(([, value]) => value !== undefined))
  return {
    siteUrl: config.url,
    smartPunctuation: config.markdown.smartPunctuation,
    math: { ...config.math, ...own, macros: { ...config.math.macros, ...math.macros, ...macros } },
    theorems: { ...theoremKinds, ...config.theorems },
  }
}
