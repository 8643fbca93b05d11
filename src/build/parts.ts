/** Gives items in parts of about some weight each, in order. */
export function inParts<T>(
  items: readonly T[],
  weigh: (item: T, index: number) => number,
  most: number,
): readonly T[][] {
  const parts: T[][] = []
  let room = 0
  for (const [index, item] of items.entries()) {
    if (room <= 0) {
      parts.push([])
      room = most
    }
    parts.at(-1)?.push(item)
    room -= weigh(item, index)
  }
  return parts
}
