/** Orders that are the same on every machine. */

/** Orders strings by UTF-16 code units: the same in every locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
