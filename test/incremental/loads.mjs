/** Preloaded into a process (`node --import`): writes the URL of each module it loads to the file SCHOLIUM_LOADS. */
import { appendFileSync } from 'node:fs'
import Module, { register } from 'node:module'

const file = process.env.SCHOLIUM_LOADS

if (file) {
  const note = (url) => appendFileSync(file, `${url}\n`)
  const hooks = `
    import { appendFileSync } from 'node:fs'
    export async function load(url, context, next) {
      if (!url.startsWith('node:')) appendFileSync(${JSON.stringify(file)}, url + '\\n')
      return next(url, context)
    }`
  register(`data:text/javascript,${encodeURIComponent(hooks)}`)
  // What CommonJS requires does not come by the hooks.
  const { load } = Module._extensions ? { load: Module._load } : {}
  Module._load = function (request, parent, isMain) {
    const name = Module._resolveFilename(request, parent, isMain)
    if (!Module.isBuiltin(name)) note(`file://${name}`)
    return load.call(this, request, parent, isMain)
  }
}
