/** Citations as nodes of mdast, between parsing and the transform that writes them out. */
import type { Data, Literal, Parent, PhrasingContent } from 'mdast'
import type { Extension } from 'mdast-util-from-markdown'

/** `@key` or `-@key`. */
export interface CitationKey extends Literal {
  type: 'citationKey'
  /** As typed. */
  value: string
  data: Data & {
    readonly key: string
    /** Whether the name of the author is left out: `-@key`. */
    readonly suppressAuthor: boolean
    /** Whether it stands in brackets that are no group: none of their keys is known. */
    readonly isInBrackets: boolean
  }
}

/** Brackets with citations in them, or right after one: `[see @a, p. 5; @b]`. */
export interface CitationGroup extends Parent {
  type: 'citationGroup'
  /** What is between them. */
  children: PhrasingContent[]
  data: Data & {
    /** Whether they belong to the citation just before them: `@key [p. 5]`. */
    readonly follows: boolean
  }
}

declare module 'mdast' {
  interface PhrasingContentMap {
    citationKey: CitationKey
    citationGroup: CitationGroup
  }
  interface RootContentMap {
    citationKey: CitationKey
    citationGroup: CitationGroup
  }
}

/** The extension of mdast-util-from-markdown for what the micromark extension finds. */
export const citationFromMarkdown: Extension = {
  canContainEols: ['citationGroup'],
  enter: {
    citationKey(token) {
      const { key = '', suppressAuthor = false, isInBrackets = false } = token._citation ?? {}
      const data = { key, suppressAuthor, isInBrackets }
      this.enter({ type: 'citationKey', value: this.sliceSerialize(token), data }, token)
    },
    citationGroup(token) {
      this.enter({ type: 'citationGroup', children: [], data: { follows: token._follows ?? false } }, token)
    },
  },
  exit: {
    citationKey(token) {
      this.exit(token)
    },
    citationGroup(token) {
      this.exit(token)
    },
  },
}
