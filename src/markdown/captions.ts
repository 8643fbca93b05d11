/** What has a caption: figures and tables, as nodes of mdast, and how they are called. */
import type {
  Data,
  Image,
  ImageReference,
  Link,
  LinkReference,
  Paragraph,
  Parent,
  PhrasingContent,
  Strong,
  Table,
  Text,
} from 'mdast'

/** A figure with its caption, a table with its caption, or several figures side by side. */
export interface Figure extends Parent {
  type: 'figure'
  children: FigureContent[]
  data: Data & { hName: 'figure' | 'div'; hProperties: Record<string, string | string[]> }
}

/** What a figure may hold: images, and text that another part of the pipeline may know; a caption is a paragraph. */
export type FigureContent = Figure | Media | Text | Table | Paragraph

/** An image, perhaps in a link. */
export type Media = Image | ImageReference | Link | LinkReference

declare module 'mdast' {
  interface RootContentMap {
    figure: Figure
  }
  interface BlockContentMap {
    figure: Figure
  }
}

/** What a figure has beside its children. Without a position, its id counts as a label's, not as its author's. */
interface FigureOptions {
  readonly className?: readonly string[]
  readonly id?: string | null
  readonly position?: Figure['position']
}

/** Gives a figure. */
export function figureOf(
  children: readonly FigureContent[],
  { className = [], id = null, position }: FigureOptions,
): Figure {
  return {
    type: 'figure',
    children: [...children],
    data: {
      hName: 'figure',
      hProperties: { ...(className.length > 0 && { className: [...className] }), ...(id !== null && { id }) },
    },
    ...(position && { position }),
  }
}

/**
 * Gives a caption: `Figure 3: Its words`. What has no name has its words alone; `colon` parts the two in the body's
 * language.
 */
export function captionOf(name: string, words: readonly PhrasingContent[], colon: () => string): Paragraph {
  const called: Strong = { type: 'strong', children: [{ type: 'text', value: name }] }
  const head: readonly PhrasingContent[] =
    name === '' ? [] : words.length === 0 ? [called] : [called, { type: 'text', value: colon() }]
  return { type: 'paragraph', children: [...head, ...words], data: { hName: 'figcaption' } }
}
