/** Templates that take all the steps a page may take: some two seconds each. */
import { describe, expect, it } from 'vitest'
import { beside, exhausting, posts } from '../hostile/endless-templates.js'
import { faultOfTemplate } from '../hostile/template-fault.js'

describe('A template is stopped, and its line named:', () => {
  it.each(Object.entries(exhausting))('%s', { timeout: 120_000 }, (_name, source) => {
    expect(faultOfTemplate(source, { posts }, beside)).toMatch(
      /^templates\/a\.html:1:\d+ The template does not end, or makes far too much\. Look for one that renders itself/,
    )
  })
})
