/** Configurations and posts that never touch the disk, as tests of single steps want them. */
import { type Config, parseConfig } from '../src/config.js'
import { type ParsedPost, parsePost } from '../src/content/post.js'
import { cleanText } from '../src/content/source.js'

/** Gives the config that a site.yaml says; throws if it is not valid. */
export function configOf(yaml = ''): Config {
  const { config, diagnostics } = parseConfig(yaml)
  if (!config) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return config
}

/** Gives what the text of one file says, and what is wrong with it. */
export function parsed(
  text: string,
  { file = 'content/posts/a.md', yaml = '' }: { file?: string; yaml?: string } = {},
): ParsedPost {
  const kind = file.startsWith('content/pages/') ? 'page' : 'post'
  return parsePost({ kind, file, text: cleanText(text) }, configOf(yaml))
}
