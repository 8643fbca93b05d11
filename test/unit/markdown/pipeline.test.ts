import { expect, it, vi } from 'vitest'
import { post } from './rendered-post.js'

vi.mock('rehype-highlight', () => ({
  default: () => (_tree: unknown, file: import('vfile').VFile) => {
    file.message('Something is not as it should be', { source: 'rehype-other', ruleId: 'other' })
  },
}))

it('What another plugin reports comes under a rule of its own', () => {
  expect(post('```c\nx\n```').diagnostics).toEqual([
    { rule: 'markdown-is-understood', severity: 'warn', message: 'Something is not as it should be' },
  ])
})
