/**
 * What a session remembers from one build to the next: values, by what they were made from. A value is given again only
 * while every input is the very one of before, so that nothing can be stale that names its inputs; no time decides.
 */

/** Remembers values by a name for their kind and by what of that kind each is about, a file or a URL. */
export interface Memory {
  /** Gives what `make` makes of some inputs: what it made before, if each input is the same (`Object.is`). */
  readonly kept: <T>(kind: string, subject: string, inputs: readonly unknown[], make: () => T) => T
  /**
   * Gives a value of plain data, or the last one of its name if that is equal to it in every part and their order: what
   * is made of it can then be kept.
   */
  readonly settled: <T>(kind: string, subject: string, value: T) => T
  /** Forgets what has not been asked for since this was last called. */
  readonly tidy: () => void
}

/** Makes everything anew: the memory of a build after which the process ends. */
export const noMemory: Memory = {
  kept: (_kind, _subject, _inputs, make) => make(),
  settled: (_kind, _subject, value) => value,
  tidy: () => undefined,
}

interface Remembered {
  readonly inputs: readonly unknown[]
  readonly value: unknown
  round: number
}

type Entries = Map<string, Remembered>

/** Gives a memory that holds nothing yet. */
export function sessionMemory(): Memory {
  const [made, plain] = [new Map<string, Entries>(), new Map<string, Entries>()]
  let round = 0
  const entriesOf = (kinds: Map<string, Entries>, kind: string): Entries => {
    const entries = kinds.get(kind) ?? new Map<string, Remembered>()
    kinds.set(kind, entries)
    return entries
  }
  return {
    kept<T>(kind: string, subject: string, inputs: readonly unknown[], make: () => T): T {
      const entries = entriesOf(made, kind)
      const before = entries.get(subject)
      if (before && areSame(before.inputs, inputs)) {
        before.round = round
        return before.value as T
      }
      const value = make()
      entries.set(subject, { inputs, value, round })
      return value
    },
    settled<T>(kind: string, subject: string, value: T): T {
      const entries = entriesOf(plain, kind)
      const before = entries.get(subject)
      if (before && isEqual(before.value, value)) {
        before.round = round
        return before.value as T
      }
      entries.set(subject, { inputs: [], value, round })
      return value
    },
    tidy() {
      for (const entries of [...made.values(), ...plain.values()])
        for (const [subject, entry] of entries) if (entry.round !== round) entries.delete(subject)
      round += 1
    },
  }
}

function areSame(before: readonly unknown[], now: readonly unknown[]): boolean {
  if (before.length !== now.length) return false
  for (let index = 0; index < now.length; index++) if (!Object.is(before[index], now[index])) return false
  return true
}

/** Whether two values are equal as plain data, their keys in the same order; functions and others only if they are one. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const kind = Object.getPrototypeOf(a)
  if (kind !== Object.getPrototypeOf(b)) return false
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]))
  if ((a instanceof Map && b instanceof Map) || (a instanceof Set && b instanceof Set))
    return a.size === b.size && isEqual([...a], [...b])
  if (kind !== Object.prototype && kind !== null) return false
  const [keys, others] = [Object.keys(a), Object.keys(b)]
  return (
    keys.length === others.length &&
    keys.every(
      (key, index) =>
        key === others[index] &&
        isEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  )
}
