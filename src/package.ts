/** Scholium's own package on disk: the files that come with it. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The package's folder, whether this runs from src/ or from any depth of lib/. */
export const packageFolder = folderAbove(dirname(fileURLToPath(import.meta.url)))

function folderAbove(folder: string): string {
  return existsSync(join(folder, 'package.json')) || dirname(folder) === folder
    ? folder
    : folderAbove(dirname(folder))
}

/** A folder of files that come with Scholium, or one file. */
export interface BuiltIn {
  /** Its name in messages: `scholium/templates`. */
  readonly name: string
  readonly path: string
}

/** Gives the files that come with Scholium and that a site's own take the place of. */
export function builtIns(): readonly BuiltIn[] {
  return ['templates', 'assets/css', 'assets/js', 'assets/favicon.svg'].map((name) => ({
    name: `scholium/${name}`,
    path: join(packageFolder, name),
  }))
}
