/** Features of a body that its page needs a style sheet or a script of their own for: a page without them loads neither. */
import type { VFile } from 'vfile'

/** By name, in the order in which their sheets are loaded: assets/css/features/theorems.css is the sheet of `theorems`. */
export const features = [
  'code',
  'listings',
  'theorems',
  'figures',
  'callouts',
  'media',
  'enlarge',
  'dark-images',
  'citations',
  'notes',
  'strangers',
] as const

export type Feature = (typeof features)[number]

declare module 'vfile' {
  interface DataMap {
    features: Set<Feature>
  }
}

/** Notes that a body uses a feature. */
export function useFeature(file: VFile, feature: Feature): void {
  file.data.features ??= new Set()
  file.data.features.add(feature)
}

/** Gives the features that a body uses, in order. */
export function featuresOf(file: VFile): readonly Feature[] {
  return features.filter((feature) => file.data.features?.has(feature))
}

/** Gives something for each feature, by name. */
export function byFeature<T>(give: (feature: Feature) => T): Readonly<Record<Feature, T>> {
  return Object.fromEntries(features.map((feature) => [feature, give(feature)])) as Record<Feature, T>
}
