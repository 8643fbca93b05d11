// Eleventy doing the same work as Scholium on the same posts: math typeset by KaTeX, code highlighted by
// highlight.js, a home page in pages of ten, tag and category pages.
import katex from '@vscode/markdown-it-katex'
import hljs from 'highlight.js'
import markdownIt from 'markdown-it'

const highlight = (code, language) =>
  language && hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : ''

const unique = (values) => [...new Set(values)]

export default function configure(eleventy) {
  const posts = (collections) => collections.getFilteredByGlob('src/posts/*.md')
  eleventy.setLibrary('md', markdownIt({ html: true, highlight }).use(katex.default ?? katex))
  eleventy.addCollection('posts', (all) => posts(all).sort((a, b) => b.date - a.date))
  eleventy.addCollection('cats', (all) => unique(posts(all).map((post) => post.data.category)))
  eleventy.addCollection('tagList', (all) => unique(posts(all).flatMap((post) => post.data.tags)))
  return {
    dir: { input: 'src', output: '_site' },
    markdownTemplateEngine: false,
    htmlTemplateEngine: 'liquid',
  }
}
